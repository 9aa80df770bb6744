"""The engine for Python: a frame of orders in, a lazy frame of graded customers out."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Literal, Protocol, Unpack

import polars as pl

from rfm_engine.columns import ALIASES, ORDER_AMOUNT
from rfm_engine.config.dataset import TABLES
from rfm_engine.config.job import resolve_rules
from rfm_engine.config.keywords import speak_python
from rfm_engine.customers.aggregate import Aggregation
from rfm_engine.errors import DataError, DatasetError
from rfm_engine.grading.coverage import prove_coverage
from rfm_engine.grading.grade import grade, grade_lists
from rfm_engine.grading.published import publish, translate_headers
from rfm_engine.orders.cells.line_amounts import multiply_factors
from rfm_engine.orders.cleaning import list_columns
from rfm_engine.orders.headers import match_headers
from rfm_engine.orders.interpretation import Interpretation, RawOrders, interpret
from rfm_engine.orders.staging import ROW, stage_orders
from rfm_engine.plugin_api import PluginBase, Scheme, TierPolicy
from rfm_engine.plugins.host import PluginHost
from rfm_engine.preparation import prepare_orders
from rfm_engine.system.stage_timer import StageTimer

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date
    from decimal import Decimal

    from rfm_engine.config.dataset import Dataset
    from rfm_engine.config.keywords import FrameRules
    from rfm_engine.orders.read_options import ReadOptions
    from rfm_engine.rules import Rules

WRITTEN = ("pseudonymize", "drop", "generalize", "max_rejects", "accept", "strict")
"""Keys of a dataset file that say what a run writes, or whether."""

LANGUAGES = ("en", "zh")


class ArrowStream(Protocol):
    """Anything that hands over its rows as an Arrow stream: a pandas frame, a DuckDB relation, a pyarrow table."""

    def __arrow_c_stream__(self, requested_schema: object | None = None) -> object:
        """Return the stream in a capsule."""


def score(  # noqa: PLR0913 each is a rule of DESIGN's dataset
    orders: pl.LazyFrame | pl.DataFrame | ArrowStream,
    *,
    as_of: date | str,
    scheme: str | Scheme | Mapping[str, Any] = "thresholds",
    tiers: str | TierPolicy | Mapping[str, Any] = "abcd",
    weights: Sequence[Decimal | str | int | float] = ("0.3", "0.3", "0.4"),
    by: Sequence[str] = ("region",),
    language: Literal["en", "zh"] = "en",
    **rules: Unpack[FrameRules],
) -> pl.LazyFrame:
    """Return the graded customers of a frame of orders, one row per (list, customer), as the customers file has them.

    The columns are those of `rfm-engine run`: money is Decimal yuan, `rfm_score` an exact Decimal, `tier` an Enum in
    the policy's order; a column that the orders lack is there and null. Rows are sorted by list, then customer_id.
    Nothing is read before the result is collected, and the orders are never changed.

    Rows that do not count (outside the window, repeated, without an id, a time or a positive amount, conflicting) are
    left out; the ledger of `rfm_engine.run(orders, as_of=...)` counts them, with the reasons.

    Args:
        orders: A lazy or eager Polars frame, or anything with the Arrow stream interface. Headers are recognised as in
            files; `columns={"customer_id": "buyer"}` maps others. Text amounts and times are parsed as in files.
        as_of: The statistics date, the last day of the window.
        scheme: A scheme's name, a table with its `name` and options, or a scheme object.
        tiers: A policy's name, a table with its `name` and options, or a policy object.
        weights: Of R, F and M in the total; a float means the decimal that it is printed as.
        by: The columns that split customers into separately graded lists; empty for one list.
        language: `en`, or `zh` for Chinese headers.
        rules: The other keys of a dataset file that concern a frame: `since`, `region`, `keep_status`, `grain`,
            `refunds`, `unit`, `time_zone`, `columns`, `unique_order_ids`, ...

    Raises:
        DatasetError: A rule that is unknown, of the wrong type or contradictory; it lists all of them.
        DataError: The orders lack a column, or have one of mixed types.

    >>> import polars as pl
    >>> orders = pl.DataFrame(
    ...     {
    ...         "customer_id": ["c1", "c1", "c2"],
    ...         "order_id": ["o1", "o2", "o3"],
    ...         "order_amount": ["99.90", "1500.20", "80.00"],
    ...         "order_time": ["2025-06-28", "2025-05-01", "2024-12-24"],
    ...     }
    ... )
    >>> graded = score(orders, as_of="2025-07-01").collect()
    >>> graded.select("customer_id", "monetary", "rfm_score", "tier").rows()
    [('c1', Decimal('1600.10'), Decimal('4.1'), 'A'), ('c2', Decimal('80.00'), Decimal('1.0'), 'D')]
    """
    with speak_python():
        if language not in LANGUAGES:
            message = f"score(language): expected one of {', '.join(LANGUAGES)}, got {language!r}"
            raise DatasetError(message)
        frame = as_frame(orders)
        table = {"as_of": as_of, "by": by, "weights": weights, "scheme": scheme, "tiers": tiers, **rules}
        if unfit := [key for key in WRITTEN if table.get(key)]:
            message = f"score({', '.join(unfit)}): for what a run writes to files; use rfm_engine.run, or select"
            raise DatasetError(message)
        dataset, in_force = resolve_keywords(table, "score")
        prove_coverage(in_force.tiers, in_force.scheme, in_force.weights)
        raw = RawOrders(frame=frame, mapping=match_frame(frame, dataset, in_force), where="orders")
        return _defer(raw, dataset, in_force, language)


def as_frame(orders: pl.LazyFrame | pl.DataFrame | ArrowStream) -> pl.LazyFrame:
    """Return orders of any frame as a lazy frame of Polars.

    Raises:
        DataError: Columns that hold several types at once, as a pandas column of numbers and text does.
    """
    if isinstance(orders, pl.LazyFrame | pl.DataFrame):
        return orders.lazy()
    try:
        return pl.DataFrame(orders).lazy()
    except (TypeError, ValueError, pl.exceptions.PolarsError) as error:
        mixed = [str(name) for name in getattr(orders, "columns", ()) if not _is_convertible(orders, name)]
        what = f"the columns {', '.join(mixed)} hold values of mixed types" if mixed else str(error).partition("\n")[0]
        message = f"orders: {what}; make each column of one type, ids text"
        raise DataError(message) from error


def _is_convertible(orders: Any, name: object) -> bool:  # noqa: ANN401 a frame of any library
    try:
        pl.DataFrame(orders[[name]])
    except (TypeError, ValueError, pl.exceptions.PolarsError):
        return False
    return True


def match_frame(frame: pl.LazyFrame, dataset: Dataset, rules: Rules) -> dict[str, str]:
    """Return which column of the frame holds each canonical column; errors as `match_headers`."""
    extra = [name for name in rules.by if name not in ALIASES]
    return match_headers(frame.collect_schema().names(), dataset.columns, extra, "orders")


def find_scheme(name: str) -> type[Scheme]:
    """Return the scheme class of this name, or of `distribution/name`, built in or installed.

    Raises:
        UsageError: No scheme, or more than one, has this name; the message lists those there are.

    >>> find_scheme("quintile")().options()
    {'bins': 5, 'ties': 'min'}
    """
    return PluginHost().scheme(name)


def find_tier_policy(name: str) -> type[TierPolicy]:
    """Return the tier policy class of this name, or of `distribution/name`, built in or installed.

    Raises:
        UsageError: No policy, or more than one, has this name; the message lists those there are.

    >>> find_tier_policy("abcd").name
    'abcd'
    """
    return PluginHost().tier_policy(name)


def resolve_keywords(table: Mapping[str, Any], caller: str) -> tuple[Dataset, Rules]:
    """Check the keyword arguments of a function that takes a frame of orders.

    A scheme or policy object is taken as it is, whether registered or not.

    Raises:
        DatasetError: A rule that is unknown, of the wrong type or contradictory; it lists all of them.
    """
    named = dict(table)
    objects = take_objects(named)
    named |= {key: {"name": named[key]} for key in TABLES if isinstance(named.get(key), str)}
    if isinstance(named.get("by"), str):
        named["by"] = [named["by"]]
    if isinstance(named.get("weights"), list | tuple):
        named["weights"] = [str(weight) for weight in named["weights"]]
    table = {"name": "orders", "orders": ["orders"]} | named
    return with_objects(*resolve_rules(table, PluginHost(), lambda key: f"{caller}({key})"), objects)


def take_objects(table: dict[str, Any]) -> dict[str, Any]:
    """Take the scheme and the policy that are objects out of a table of rules."""
    return {key: table.pop(key) for key in TABLES if isinstance(table.get(key), PluginBase)}


def with_objects(dataset: Dataset, rules: Rules, objects: Mapping[str, Any]) -> tuple[Dataset, Rules]:
    """Return the rules with a scheme and a policy object in force, whether registered or not."""
    names = {key: {"name": one.name} for key, one in objects.items()}
    return dataset.model_copy(update=names), replace(rules, **objects)


def _defer(raw: RawOrders, options: ReadOptions, rules: Rules, language: str) -> pl.LazyFrame:
    """Return the graded customers of raw orders; nothing runs before they are collected."""
    frame, mapping = multiply_factors(raw.frame, raw.mapping, options)
    raw = RawOrders(frame=frame, mapping=mapping, where=raw.where)
    orders = Interpretation(raw=raw, options=options, trim=False).parse()
    is_text = raw.frame.collect_schema()[raw.mapping[ORDER_AMOUNT]] == pl.String
    by = list_columns(orders.collect_schema().names(), rules)

    def as_file(graded: pl.LazyFrame) -> pl.LazyFrame:
        return translate_headers(publish(graded, by, rules.by), language)

    def grade_now() -> pl.DataFrame:
        with speak_python(), stage_orders(interpret(raw, options).parse) as numbered:
            found = Aggregation(*prepare_orders(numbered, rules, is_text=is_text)).customers(StageTimer())
        return as_file(grade_lists(found, rules, by).lazy()).collect()

    def schema() -> pl.Schema:
        no_orders = Aggregation(orders.clear().with_row_index(ROW), rules).customers(StageTimer())
        return as_file(grade(no_orders.lazy(), rules, by)).collect_schema()

    return pl.defer(grade_now, schema=schema)
