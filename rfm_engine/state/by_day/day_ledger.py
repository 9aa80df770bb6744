"""Where rows went, by day: the ledger of any window from rows that are counted once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import polars as pl

from rfm_engine.columns import CURRENCY, CUSTOMER_ID, ORDER_AMOUNT_FEN, ORDER_ID, ORDER_TIME, STATUS
from rfm_engine.customers.merged_orders import order_lines
from rfm_engine.orders.cells.amounts import REMAINDER, round_sum
from rfm_engine.orders.cleaning import (
    LEFT_OUT_OUTCOMES,
    OTHER_REGION,
    OTHER_STATUS,
    OUTSIDE_WINDOW,
    PASSED,
    REJECTED,
)
from rfm_engine.orders.ledger import Ledger
from rfm_engine.orders.reading import SOURCE_FILE
from rfm_engine.orders.rejects import REJECT_SCHEMA, rejects
from rfm_engine.state.by_day.row_counts import DAY, DEDUCTIONS, FEN, ROWS, TEST, count_tests, day_of_check, is_in
from rfm_engine.state.memo import UnusableStateError
from rfm_engine.state.windows import timeless_checks

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence
    from datetime import date

    from rfm_engine.orders.order_ids.duplicates import Duplicates
    from rfm_engine.orders.staging import OrderSet

OUTCOME: Final = "outcome"
PASSES: Final = "passed"
KINDS: Final = {OUTCOME: pl.String, SOURCE_FILE: pl.String, DAY: pl.Date, STATUS: pl.String, CURRENCY: pl.String}
"""By what rows are counted; the status of those that pass alone, and where no rule looks at it."""

SUMS: Final = dict.fromkeys((ROWS, "rounded", DEDUCTIONS, FEN), pl.Int64)
SCHEMA: Final = KINDS | SUMS


def count_days(orders: OrderSet, without: Duplicates) -> pl.DataFrame:
    """Return how many rows have each outcome but for the window, by file and day; null days do not matter.

    Rows of `without` are left out. Of order lines those sums are counted as rounded that are in the window.
    """
    return name_outcomes(orders, count_tests(orders, without), without)


def count_checks(orders: OrderSet, counted: pl.DataFrame) -> pl.DataFrame:
    """Return what `count_tests` counted as `cleaning.count_by_check` does, by the check of the window too."""
    places = [place for place, check in enumerate(orders.checks) if check.outcome != OUTSIDE_WINDOW]
    window = next(place for place, check in enumerate(orders.checks) if check.outcome == OUTSIDE_WINDOW)
    own = pl.col(TEST).replace_strict([PASSED, *range(len(places))], [PASSED, *places], return_dtype=pl.Int8)
    inside = is_in(orders.rules.since, orders.rules.as_of)
    test = pl.when(inside).then(own).otherwise(pl.lit(window, dtype=pl.Int8)).alias(TEST)
    return counted.group_by(test).agg(pl.col(ROWS, "rounded").cast(pl.Int64).sum())


def name_outcomes(orders: OrderSet, counted: pl.DataFrame, without: Duplicates) -> pl.DataFrame:
    """Return what `count_tests` counted by outcome."""
    outcomes = {position: check.outcome for position, check in enumerate(timeless_checks(orders))} | {PASSED: PASSES}
    named = counted.with_columns(pl.col(TEST).replace_strict(outcomes, return_dtype=pl.String).alias(OUTCOME))
    days = named.select(list(SCHEMA)).cast(SCHEMA)  # type: ignore[arg-type]
    return add_days([days, _count_rounded_orders(orders, without)])


def _count_rounded_orders(orders: OrderSet, without: Duplicates) -> pl.DataFrame:
    """Count the orders whose lines add up to a part of a fen, by day."""
    if orders.rules.grain != "line" or REMAINDER not in orders.columns:
        return pl.DataFrame(schema=SCHEMA)
    lines = order_lines(orders, without).group_by(*orders.order_by, CUSTOMER_ID, ORDER_ID)
    sums = lines.agg(
        *(pl.col(name).cast(pl.Int128).sum() for name in (ORDER_AMOUNT_FEN, REMAINDER)),
        pl.col(ORDER_TIME).max().dt.date().alias(DAY),
        pl.col(SOURCE_FILE).first(),
    )
    parts = round_sum(pl.col(ORDER_AMOUNT_FEN), pl.col(REMAINDER))[1]
    days = sums.filter(parts != 0).group_by(SOURCE_FILE, DAY).agg(pl.len().cast(pl.Int64).alias("rounded")).collect()
    whole = pl.concat([pl.DataFrame(schema=SCHEMA), days], how="diagonal")
    return whole.with_columns(pl.lit(PASSES).alias(OUTCOME), *(pl.col(name).fill_null(0) for name in SUMS))


def add_days(frames: Iterable[pl.DataFrame]) -> pl.DataFrame:
    """Return the sums of several counts by day; those of nothing go."""
    added = pl.concat(frames).group_by(*KINDS).agg(pl.col(*SUMS).sum())
    return added.filter(pl.any_horizontal(pl.col(ROWS, "rounded") != 0)).sort(*KINDS)


def subtract_days(days: pl.DataFrame, others: pl.DataFrame) -> pl.DataFrame:
    """Return the counts without others that are part of them."""
    return add_days([days, others.with_columns(-pl.col(*SUMS))])


def list_rejects(
    orders: OrderSet, headers: Mapping[str, str], without: Duplicates, failing: Collection[int] | None = None
) -> pl.DataFrame:
    """Return the rows that a check but for the window's rejects, with the day of each; without some rows.

    Where it is known which checks fail first, by position, no others are looked at.
    """
    checks = timeless_checks(orders)
    if failing is not None and all(checks[place].outcome != REJECTED for place in failing if place != PASSED):
        return pl.DataFrame(schema=REJECT_SCHEMA | {DAY: pl.Date})
    rows = without.drop_from(orders.rows, orders.height)
    found = rejects(rows, checks, headers, day_of_check(orders), failing=failing)
    return found.collect()


@dataclass(frozen=True, kw_only=True)
class Judged:
    """What became of the rows of a window that pass: so many are dropped, some of them since they conflict.

    `rejects` are all rejected rows of the window, those that conflict among them.
    """

    dropped: int
    conflicting: int
    rejects: pl.DataFrame
    unmatched: Sequence[str]


def make_ledger(days: pl.DataFrame, window: pl.Expr, judged: Judged) -> Ledger:
    """Return the ledger of counts by day.

    Raises:
        UnusableStateError: The rejects are not as many as the counts say.
    """
    inside = days.filter(window).group_by(OUTCOME).agg(pl.col("rows", "rounded").sum())
    rows = {outcome: count for outcome, count, _ in inside.iter_rows()}
    if rows.get(REJECTED, 0) + judged.conflicting != judged.rejects.height:
        message = "its rejected rows are not those that it counts"
        raise UnusableStateError(message)
    reasons = judged.rejects.group_by("column", "reason").len().sort("column", "reason")
    read = int(days["rows"].sum())
    return Ledger(
        read=read,
        outside_window=read - sum(rows.values()),
        other_status=rows.get(OTHER_STATUS, 0),
        other_region=rows.get(OTHER_REGION, 0),
        used=rows.get(PASSES, 0) - judged.dropped,
        duplicates=judged.dropped - judged.conflicting,
        rejected={f"{column}: {reason}": count for column, reason, count in reasons.iter_rows()},
        left_out={name: count for name, count in sorted(rows.items()) if name in LEFT_OUT_OUTCOMES},
        rounded=int(inside.filter(pl.col(OUTCOME) == PASSES)["rounded"].sum()),
        unmatched=tuple(judged.unmatched),
    )


def span_days(days: pl.DataFrame) -> dict[str, tuple[date, date]]:
    """Return the first and the last day of each file's rows that may count."""
    spans = days.drop_nulls(DAY).group_by(SOURCE_FILE).agg(pl.col(DAY).min(), pl.col(DAY).max().alias("last"))
    return {file: (first, last) for file, first, last in spans.iter_rows()}
