"""Where rows went, by day: the ledger of any window from rows that are counted once."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

import polars as pl

from rfm_engine.columns import CURRENCY, CUSTOMER_ID, ORDER_AMOUNT_FEN, ORDER_ID, ORDER_TIME, STATUS
from rfm_engine.customers.merged_orders import order_lines
from rfm_engine.orders.cells.amounts import REMAINDER, ROUNDED, is_positive, round_sum
from rfm_engine.orders.cleaning import (
    LEFT_OUT_OUTCOMES,
    OTHER_REGION,
    OTHER_STATUS,
    OUTSIDE_WINDOW,
    PASSED,
    REJECTED,
    first_failed_check,
)
from rfm_engine.orders.failing_rows import RowRange
from rfm_engine.orders.file_numbers import number_files
from rfm_engine.orders.ledger import Ledger
from rfm_engine.orders.order_ids.duplicates import Duplicates
from rfm_engine.orders.parsing import null_if_empty
from rfm_engine.orders.reading import SOURCE_FILE
from rfm_engine.orders.rejects import REJECT_SCHEMA, rejects
from rfm_engine.orders.staging import ROW
from rfm_engine.state.memo import UnusableStateError
from rfm_engine.state.windows import timeless_checks

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence
    from datetime import date

    from rfm_engine.orders.failing_rows import FailingRows
    from rfm_engine.orders.staging import OrderSet
    from rfm_engine.rules import Rules

DAY: Final = "day"
OUTCOME: Final = "outcome"
PASSES: Final = "passed"
TEST: Final = "test"
ROWS: Final = "rows"
DEDUCTIONS: Final = "deductions"
FEN: Final = "fen"
KINDS: Final = {OUTCOME: pl.String, SOURCE_FILE: pl.String, DAY: pl.Date, STATUS: pl.String, CURRENCY: pl.String}
"""By what rows are counted; the status of those that pass alone, and where no rule looks at it."""

FIRST_ROW: Final = "first row"
LAST_ROW: Final = "last row"

FILE_DAY: Final = "file and day"
DAYS: Final = 1 << 32
"""More days than there are."""

SUMS: Final = dict.fromkeys((ROWS, "rounded", DEDUCTIONS, FEN), pl.Int64)
SCHEMA: Final = KINDS | SUMS


def count_days(orders: OrderSet, without: Duplicates) -> pl.DataFrame:
    """Return how many rows have each outcome but for the window, by file and day; null days do not matter.

    Rows of `without` are left out. Of order lines those sums are counted as rounded that are in the window.
    """
    return name_outcomes(orders, count_tests(orders, without), without)


def count_tests(orders: OrderSet, without: Duplicates) -> pl.DataFrame:
    """Return how many rows fail each check but for the window's first, by its position (`test`), file and day."""
    test = first_failed_check(timeless_checks(orders)).alias(TEST)
    rows = without.drop_from(orders.rows, orders.height).with_columns(test, day_of_check(orders))
    return _count_tests(orders, rows, (TEST, SOURCE_FILE, DAY)).collect()


def count_days_as_passing(orders: OrderSet, first_rows: Mapping[str, int], *, may_be_rounded: bool) -> pl.DataFrame:
    """Return the rows by file and day as `count_tests` counts those that pass, whatever they are: no check is made.

    Where the first row of each file is known, file and day are grouped by as one whole number: 59 million rows take 1.6
    processor seconds so, by the names of their files 2.9; to read their times alone takes 0.8.
    """
    names = tuple(name for name in orders.columns if may_be_rounded or name != ROUNDED)
    judged, passed, day = replace(orders, columns=names), pl.lit(PASSED, dtype=pl.Int8), pl.col(ORDER_TIME).dt.date()
    rows, numbers = orders.rows.with_columns(passed.alias(TEST)), number_files(first_rows, orders.height)
    if numbers is None:
        return _count_tests(judged, rows.with_columns(day.alias(DAY)), (TEST, SOURCE_FILE, DAY)).collect()
    number = numbers * DAYS + day.to_physical().cast(pl.Int64) + DAYS // 2
    counted = _count_tests(judged, rows.with_columns(number.alias(FILE_DAY)), (FILE_DAY,))
    return counted.select(
        passed.alias(TEST),
        pl.lit(pl.Series([*first_rows])).gather(pl.col(FILE_DAY) // DAYS).alias(SOURCE_FILE),
        (pl.col(FILE_DAY) % DAYS - DAYS // 2).cast(pl.Int32).cast(pl.Date).alias(DAY),
        pl.exclude(FILE_DAY),
    ).collect()


def find_outside(days: pl.DataFrame, rules: Rules) -> list[RowRange]:
    """Return ranges that have all rows outside the window, of rows by file and day."""
    outside = days.filter(~is_in(rules.since, rules.as_of))
    return [RowRange(*each) for each in outside.select(FIRST_ROW, pl.col(LAST_ROW) + 1, ROWS).iter_rows()]


def judge_outside(orders: OrderSet, days: pl.DataFrame, outside: FailingRows) -> pl.DataFrame:
    """Return what `count_tests` does, of rows by file and day of which those in the window pass."""
    files = days.group_by(SOURCE_FILE).agg(pl.col(FIRST_ROW).min()).sort(FIRST_ROW)
    place = pl.lit(files[FIRST_ROW]).search_sorted(pl.col(ROW), side="right") - 1
    file = pl.lit(files[SOURCE_FILE]).gather(place).alias(SOURCE_FILE)  # to read the column costs all rows of a range
    pieces = (piece.with_columns(file) for piece in outside.pieces)
    counts = [count_tests(replace(orders, rows=piece), Duplicates()) for piece in pieces]
    return pl.concat([days.filter(is_in(orders.rules.since, orders.rules.as_of)), *counts])


def _count_tests(orders: OrderSet, rows: pl.LazyFrame, keys: Sequence[str]) -> pl.LazyFrame:
    rules, columns, nothing = orders.rules, orders.columns, pl.lit(None, pl.String)
    counts_statuses = STATUS in columns and rules.keep_status is None
    is_rounded = pl.col(ROUNDED).fill_null(value=False) if ROUNDED in columns and rules.grain != "line" else None
    has_deductions = rules.refunds == "net" or rules.grain == "line"
    status = pl.when(pl.col(TEST) == PASSED).then(null_if_empty([STATUS])[0]) if counts_statuses else nothing
    currency = pl.col(CURRENCY) if CURRENCY in columns else nothing
    zero = pl.lit(0, dtype=pl.Int64)
    return rows.group_by(*keys, status.alias(STATUS), currency.alias(CURRENCY)).agg(
        pl.len().alias(ROWS),
        (zero if is_rounded is None else is_rounded.sum().cast(pl.Int64)).alias("rounded"),
        (~is_positive(columns)).sum().cast(pl.Int64).alias(DEDUCTIONS) if has_deductions else zero.alias(DEDUCTIONS),
        pl.col(ORDER_AMOUNT_FEN).sum().alias(FEN) if counts_statuses else zero.alias(FEN),
        pl.col(ROW).min().alias(FIRST_ROW),
        pl.col(ROW).max().alias(LAST_ROW),
    )


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


def day_of_check(orders: OrderSet) -> pl.Expr:
    """Return the day of a row; null where it fails a check that comes before that of the window."""
    outcomes = [check.outcome for check in orders.checks]
    failed = first_failed_check(timeless_checks(orders))
    is_early = (failed != PASSED) & (failed < outcomes.index(OUTSIDE_WINDOW))
    return pl.when(~is_early).then(pl.col(ORDER_TIME).dt.date()).alias(DAY)


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


def is_in(since: date | None, as_of: date) -> pl.Expr:
    """Return whether a day is in the window, or does not matter."""
    inside = pl.col(DAY) <= as_of
    return pl.col(DAY).is_null() | (inside if since is None else inside & (pl.col(DAY) >= since))


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
