"""The engine for Python: a frame of orders in, a lazy frame of graded customers out."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, Literal, Unpack

import polars as pl

from rfm_engine.columns import CURRENCY, ORDER_AMOUNT
from rfm_engine.config.frames import ArrowStream, as_frame, check_language, match_frame
from rfm_engine.config.keywords import resolve_keywords, speak_python
from rfm_engine.customers.counted.table import (
    find_money,
    list_table_columns,
    match_customer_columns,
    read_customer_table,
    type_customers,
)
from rfm_engine.customers.dormant import aggregate_listed
from rfm_engine.errors import DataError, DatasetError
from rfm_engine.grading.coverage import prove_coverage
from rfm_engine.grading.grade import grade as grade_customers
from rfm_engine.grading.grade import grade_lists
from rfm_engine.grading.published import publish, translate_headers
from rfm_engine.orders.cells.line_amounts import multiply_factors
from rfm_engine.orders.cleaning import list_columns
from rfm_engine.orders.padding import trim_if_padded
from rfm_engine.orders.parsing import CellForms
from rfm_engine.orders.staging import ROW, order_set, stage_orders
from rfm_engine.orders.understanding.interpretation import (
    Interpretation,
    RawOrders,
    find_named_currency,
    interpret,
    name_currencies,
)
from rfm_engine.orders.understanding.questions import question_frame
from rfm_engine.preparation import find_currency, prepare_orders
from rfm_engine.review.scientific_ids import find_scientific_ids, refuse_scientific_ids

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import date
    from decimal import Decimal

    from rfm_engine.config.dataset import Dataset
    from rfm_engine.config.keywords import FrameRules
    from rfm_engine.orders.read_options import ReadOptions
    from rfm_engine.plugin_api import Scheme, TierPolicy
    from rfm_engine.rules import Rules

    Read = Callable[[], tuple[pl.LazyFrame, Rules]]

WRITTEN = ("pseudonymize", "drop", "generalize", "max_rejects", "strict", "source")
"""Keys of a dataset file that say what a run writes, or whether."""


def score(  # noqa: PLR0913 each is a rule
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
        DataError: The orders lack a column, or have one of mixed types; when collected, what leaves a question open.

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
        check_language(language, "score")
        frame = as_frame(orders)
        table = {"as_of": as_of, "by": by, "weights": weights, "scheme": scheme, "tiers": tiers, **rules}
        if unfit := [key for key in WRITTEN if table.get(key)]:
            message = f"score({', '.join(unfit)}): for what a run writes to files; use rfm_engine.run, or select"
            raise DatasetError(message)
        dataset, in_force = resolve_keywords(table, "score")
        prove_coverage(in_force.tiers, in_force.scheme, in_force.weights)
        raw = _find_amounts(frame, match_frame(frame, dataset, in_force), dataset)
        typed = Interpretation(raw=raw, options=dataset, forms=CellForms()).parse()
        return _defer(
            partial(_aggregate, raw, dataset, in_force),
            partial(_aggregate_none, typed, raw, dataset, in_force),
            list_columns(typed.collect_schema().names(), in_force),
            language,
        )


def _find_amounts(frame: pl.LazyFrame, mapping: Mapping[str, str], options: ReadOptions) -> RawOrders:
    with_amounts, columns = multiply_factors(frame, mapping, options)
    return name_currencies(RawOrders(frame=with_amounts, mapping=columns, where="orders"), options)


def grade(  # noqa: PLR0913 each is a rule
    customers: pl.LazyFrame | pl.DataFrame | ArrowStream,
    *,
    as_of: date | str,
    since: date | str | None = None,
    scheme: str | Scheme | Mapping[str, Any] = "thresholds",
    tiers: str | TierPolicy | Mapping[str, Any] = "abcd",
    weights: Sequence[Decimal | str | int | float] = ("0.3", "0.3", "0.4"),
    by: Sequence[str] = ("region",),
    refunds: Literal["reject", "net"] = "reject",
    keep_currency: str | None = None,
    columns: Mapping[str, str] | None = None,
    language: Literal["en", "zh"] = "en",
) -> pl.LazyFrame:
    """Return customers whose metrics are known already, scored and graded; columns and order as `score` returns them.

    Args:
        customers: One row per (list, customer), of a warehouse or another tool: the `by` columns, `customer_id`,
            `frequency` (orders), `monetary` (yuan, with at most two decimals, or units of the currency) or
            `monetary_fen` (whole fen; thousandths where a currency has them, as dinars), and `last_order_time` (local)
            or `recency_days`; also, where known, `last_order_id`, `last_order_amount`, `last_product_name`,
            `last_store_code` and `last_region`. In any order; text is parsed.
        as_of: The statistics date.
        since: The first day of the window; no last order may be before it.
        scheme: As for `score`.
        tiers: As for `score`.
        weights: As for `score`.
        by: As for `score`.
        refunds: With `net`, spend may be 0 or less.
        keep_currency: The currency of the money, such as `"KWD"`; where `by` has `currency`, each list has its own.
        columns: The headers of columns that are named otherwise, such as `{"monetary": "revenue"}`.
        language: As for `score`.

    Raises:
        DatasetError: A rule of the wrong type or contradictory; it lists all of them.
        DataError: A column that is missing; when collected, rows that cannot be used; it lists every fault.

    >>> table = pl.DataFrame({"id": ["c1", "c2"], "frequency": [2, 1], "monetary": ["1600.10", "80"], "days": [3, 189]})
    >>> graded = grade(table, as_of="2025-07-01", columns={"customer_id": "id", "recency_days": "days"})
    >>> graded.select("customer_id", "monetary", "rfm_score", "tier").collect().rows()
    [('c1', Decimal('1600.10'), Decimal('4.1'), 'A'), ('c2', Decimal('80.00'), Decimal('1.0'), 'D')]
    """
    with speak_python():
        check_language(language, "grade")
        table = {"as_of": as_of, "since": since, "by": by, "weights": weights, "scheme": scheme, "tiers": tiers}
        _, rules = resolve_keywords(table | {"refunds": refunds, "keep_currency": keep_currency}, "grade")
        prove_coverage(rules.tiers, rules.scheme, rules.weights)
        frame = as_frame(customers)
        headers = frame.collect_schema().names()
        lists = list_table_columns(headers, rules)
        mapping = match_customer_columns(headers, columns or {}, lists)
        read = partial(_read_customers, frame, mapping, lists, rules)
        return _defer(read, partial(_read_no_customers, frame, mapping, rules), lists, language)


def _read_customers(
    frame: pl.LazyFrame, mapping: Mapping[str, str], lists: Sequence[str], rules: Rules
) -> tuple[pl.LazyFrame, Rules]:
    rules = find_money(frame, mapping, rules)
    return read_customer_table(frame, mapping, lists, rules).lazy(), rules


def _read_no_customers(frame: pl.LazyFrame, mapping: Mapping[str, str], rules: Rules) -> tuple[pl.LazyFrame, Rules]:
    rules = _settle(partial(find_money, frame, mapping, rules), rules)
    return type_customers(frame.clear(), mapping, rules), rules


def _aggregate(raw: RawOrders, options: Dataset, rules: Rules) -> tuple[pl.LazyFrame, Rules]:
    """Return the customers of the orders, and the rules with the currency that these name."""
    is_text = raw.frame.collect_schema()[raw.mapping[ORDER_AMOUNT]] == pl.String
    interpretation = interpret(raw, options)
    with_remainder = rules.grain == "line" or interpretation.names_currencies
    typed = partial(interpretation.parse, with_remainder=with_remainder)
    with stage_orders(typed) as numbered:
        orders = order_set(*prepare_orders(trim_if_padded(numbered), rules, is_text=is_text))
        refuse_scientific_ids([*find_scientific_ids(orders.rows, is_text=is_text)], options.accept)
        customers = aggregate_listed(orders)
        question_frame(orders, interpretation)
        return customers.lazy(), orders.rules


def _aggregate_none(typed: pl.LazyFrame, raw: RawOrders, options: Dataset, rules: Rules) -> tuple[pl.LazyFrame, Rules]:
    """Return what `_aggregate` does without any row; the orders are read for their currency alone, if they name one."""
    none = order_set(typed.clear().with_row_index(ROW), rules)
    return aggregate_listed(none).lazy(), _settle(partial(_find_currency, typed, raw, options, rules), rules)


def _find_currency(typed: pl.LazyFrame, raw: RawOrders, options: Dataset, rules: Rules) -> Rules:
    if CURRENCY in raw.mapping:
        return find_currency(typed, rules)
    code = find_named_currency(raw, options)
    return rules.in_currencies([code]) if code else rules


def _settle(find: Callable[[], Rules], rules: Rules) -> Rules:
    """Return the rules that are found; where that fails those given: Polars hides the class of what a schema raises."""
    try:
        return find()
    except DataError:
        return rules


def _defer(read: Read, read_none: Read, by: Sequence[str], language: str) -> pl.LazyFrame:
    """Return the customers that `read` gives, graded when collected; `read_none` gives their columns without a row."""

    def as_file(graded: pl.LazyFrame, rules: Rules) -> pl.LazyFrame:
        return translate_headers(publish(graded, by, rules), language, rules.currency)

    def grade_now() -> pl.DataFrame:
        with speak_python():
            customers, rules = read()
            return as_file(grade_lists(customers.collect(), rules, by).lazy(), rules).collect()

    def schema() -> pl.Schema:
        none, rules = read_none()
        return as_file(grade_customers(none, rules, by), rules).collect_schema()

    return pl.defer(grade_now, schema=schema)
