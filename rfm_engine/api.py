"""The engine for Python: a frame of orders in, a lazy frame of graded customers out."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Protocol

import polars as pl

from rfm_engine.columns import ALIASES
from rfm_engine.config.job import resolve_rules
from rfm_engine.customers.aggregate import Aggregation
from rfm_engine.errors import DatasetError
from rfm_engine.grading.coverage import prove_coverage
from rfm_engine.grading.grade import grade, grade_lists
from rfm_engine.grading.published import publish, translate_headers
from rfm_engine.orders.cleaning import list_columns
from rfm_engine.orders.headers import match_headers
from rfm_engine.orders.parsing import parse_orders
from rfm_engine.orders.staging import ROW, stage_orders
from rfm_engine.plugin_api import PluginBase, Scheme, TierPolicy
from rfm_engine.plugins.host import PluginHost
from rfm_engine.system.stage_timer import StageTimer

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from rfm_engine.config.dataset import Dataset
    from rfm_engine.rules import Rules

WRITTEN = ("pseudonymize", "drop", "generalize", "max_rejects", "accept", "strict")
"""Keys of a dataset file that say what a run writes, or whether."""


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
    language: str = "en",
    **rules: Any,  # noqa: ANN401 the other keys of a dataset file, checked by it
) -> pl.LazyFrame:
    """Return the graded customers of a frame of orders, one row per (list, customer), as the customers file has them.

    The columns are those of `rfm-engine run`: money is Decimal yuan, `rfm_score` an exact Decimal, `tier` an Enum in
    the policy's order; a column that the orders lack is there and null. Rows are sorted by list, then customer_id.
    Nothing is read before the result is collected, and the orders are never changed.

    Rows that do not count (outside the window, repeated, without an id, a time or a positive amount, conflicting) are
    left out without a word; `rfm-engine check` tells of them.

    Args:
        orders: A lazy or eager Polars frame, or anything with the Arrow stream interface. Headers are recognised as in
            files; `columns={"customer_id": "buyer"}` maps others. Text amounts and times are parsed as in files.
        as_of: The statistics date, the last day of the window.
        scheme: A scheme's name, a table with its `name` and options, or a scheme object.
        tiers: A policy's name, a table with its `name` and options, or a policy object.
        weights: Of R, F and M in the total; a float means the decimal that it is printed as.
        by: The columns that split customers into separately graded lists; empty for one list.
        language: `en`, or `zh` for Chinese headers.
        rules: Any other key of a dataset file: `since`, `region`, `keep_status`, `grain`, `refunds`, `unit`,
            `time_zone`, `columns`, `unique_order_ids`, ...

    Raises:
        DatasetError: A rule that is unknown, of the wrong type or contradictory; it lists all of them.
        DataError: The orders lack a column.

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
    frame = orders.lazy() if isinstance(orders, pl.LazyFrame | pl.DataFrame) else pl.DataFrame(orders).lazy()
    table = {"name": "orders", "orders": ["orders"], "as_of": as_of, "by": list(by), **rules}
    table["weights"] = [Decimal(str(weight)) for weight in weights]
    dataset, in_force = _resolve_rules(table, scheme, tiers)
    prove_coverage(in_force.tiers, in_force.scheme, in_force.weights)
    extra = [name for name in in_force.by if name not in ALIASES]
    mapping = match_headers(frame.collect_schema().names(), dataset.columns, extra, "orders")
    return _defer(parse_orders(frame, dataset, mapping), in_force, language)


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


def _resolve_rules(
    table: dict[str, Any], scheme: str | Scheme | Mapping[str, Any], tiers: str | TierPolicy | Mapping[str, Any]
) -> tuple[Dataset, Rules]:
    """Check the rules; a scheme or policy object is taken as it is, whether registered or not."""
    if unfit := [key for key in WRITTEN if table.get(key)]:
        message = f"score({', '.join(unfit)}): for what rfm-engine run writes to files; select from the frame instead"
        raise DatasetError(message)
    for key, thing in (("scheme", scheme), ("tiers", tiers)):
        if not isinstance(thing, PluginBase):
            table[key] = {"name": thing} if isinstance(thing, str) else dict(thing)
    dataset, rules = resolve_rules(table, PluginHost(), lambda key: f"score({key})")
    if isinstance(scheme, Scheme):
        rules = replace(rules, scheme=scheme)
    return dataset, replace(rules, tiers=tiers) if isinstance(tiers, TierPolicy) else rules


def _defer(orders: pl.LazyFrame, rules: Rules, language: str) -> pl.LazyFrame:
    """Return the graded customers of typed orders; nothing runs before they are collected."""
    by = list_columns(orders.collect_schema().names(), rules)

    def as_file(graded: pl.LazyFrame) -> pl.LazyFrame:
        return translate_headers(publish(graded, by, rules.by), language)

    def grade_now() -> pl.DataFrame:
        with stage_orders(lambda **_: orders) as numbered:
            found = Aggregation(numbered, rules).customers(StageTimer())
        return as_file(grade_lists(found, rules, by).lazy()).collect()

    def schema() -> pl.Schema:
        nobody = Aggregation(orders.clear().with_row_index(ROW), rules).customers(StageTimer())
        return as_file(grade(nobody.lazy(), rules, by)).collect_schema()

    return pl.defer(grade_now, schema=schema)
