"""Rows counted by their file, their day and the check that they fail first: what a ledger by day is made of."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

import polars as pl

from rfm_engine.columns import CURRENCY, ORDER_AMOUNT_FEN, ORDER_TIME, STATUS
from rfm_engine.orders.cells.amounts import ROUNDED, is_positive
from rfm_engine.orders.cleaning import OUTSIDE_WINDOW, PASSED, first_failed_check
from rfm_engine.orders.failing_rows import RowRange
from rfm_engine.orders.file_numbers import number_files
from rfm_engine.orders.order_ids.duplicates import Duplicates
from rfm_engine.orders.parsing import null_if_empty
from rfm_engine.orders.reading import SOURCE_FILE
from rfm_engine.orders.staging import ROW
from rfm_engine.state.windows import timeless_checks

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from rfm_engine.orders.failing_rows import FailingRows
    from rfm_engine.orders.staging import OrderSet
    from rfm_engine.rules import Rules

DAY: Final = "day"
TEST: Final = "test"
ROWS: Final = "rows"
DEDUCTIONS: Final = "deductions"
FEN: Final = "fen"
FIRST_ROW: Final = "first row"
LAST_ROW: Final = "last row"

COUNTS: Final = (ROWS, "rounded", DEDUCTIONS, FEN, FIRST_ROW, LAST_ROW)

PLACE: Final = "file, day and test"
DAYS: Final = 1 << 32
"""More days than there are."""

TESTS: Final = 1 << 5
"""More checks than there are."""


def count_tests(orders: OrderSet, without: Duplicates, first_rows: Mapping[str, int] | None = None) -> pl.DataFrame:
    """Return how many rows fail each check but for the window's first, by its position (`test`), file and day.

    Where each row is one of the files' rows, their first rows spare to look at their names.
    """
    test = first_failed_check(timeless_checks(orders)).alias(TEST)
    rows = without.drop_from(orders.rows, orders.height).with_columns(test, day_of_check(orders))
    return _count_tests(orders, rows, first_rows or {})


def count_days_as_passing(orders: OrderSet, first_rows: Mapping[str, int], *, may_be_rounded: bool) -> pl.DataFrame:
    """Return the rows by file and day as `count_tests` counts those that pass, whatever they are: no check is made."""
    names = tuple(name for name in orders.columns if may_be_rounded or name != ROUNDED)
    passed, day = pl.lit(PASSED, dtype=pl.Int8).alias(TEST), pl.col(ORDER_TIME).dt.date().alias(DAY)
    return _count_tests(replace(orders, columns=names), orders.rows.with_columns(passed, day), first_rows)


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


def _count_tests(orders: OrderSet, rows: pl.LazyFrame, first_rows: Mapping[str, int]) -> pl.DataFrame:
    """Return the rows by test, file and day.

    Where the first row of each file is known, these are one whole number: 59 million rows take 1.6 processor seconds
    so, by the names of their files 2.9; to read their times alone takes 0.8.
    """
    kinds, file = _more_kinds(orders), number_files(first_rows, orders.height)
    further = [kind.alias(name) for name, kind in kinds.items()]
    if file is None:
        counted = rows.group_by(TEST, SOURCE_FILE, DAY, *further).agg(_sums(orders))
    else:
        day = (pl.col(DAY).to_physical().cast(pl.Int64) + DAYS // 2).fill_null(0)
        place = (file * DAYS + day) * TESTS + (pl.col(TEST).cast(pl.Int64) - PASSED)
        counted = rows.with_columns(place.alias(PLACE)).group_by(PLACE, *further).agg(_sums(orders))
        counted = counted.with_columns(_name_places([*first_rows])).drop(PLACE)
    unknown = [pl.lit(None, pl.String).alias(name) for name in (STATUS, CURRENCY) if name not in kinds]
    return counted.with_columns(unknown).select(TEST, SOURCE_FILE, DAY, STATUS, CURRENCY, *COUNTS).collect()


def _name_places(files: Sequence[str]) -> list[pl.Expr]:
    """Return the test, file and day that a place stands for."""
    day = pl.col(PLACE) // TESTS % DAYS
    return [
        (pl.col(PLACE) % TESTS + PASSED).cast(pl.Int8).alias(TEST),
        pl.lit(pl.Series(files)).gather(pl.col(PLACE) // (TESTS * DAYS)).alias(SOURCE_FILE),
        pl.when(day > 0).then(day - DAYS // 2).cast(pl.Int32).cast(pl.Date).alias(DAY),
    ]


def _more_kinds(orders: OrderSet) -> dict[str, pl.Expr]:
    """Return by what rows are counted too: the status of those that pass, where no rule looks at it, and currency."""
    status = pl.when(pl.col(TEST) == PASSED).then(null_if_empty([STATUS])[0])
    statuses = {STATUS: status} if _counts_statuses(orders) else {}
    return statuses | ({CURRENCY: pl.col(CURRENCY)} if CURRENCY in orders.columns else {})


def _counts_statuses(orders: OrderSet) -> bool:
    return STATUS in orders.columns and orders.rules.keep_status is None


def _sums(orders: OrderSet) -> list[pl.Expr]:
    rules, columns, zero = orders.rules, orders.columns, pl.lit(0, dtype=pl.Int64)
    is_rounded = pl.col(ROUNDED).fill_null(value=False) if ROUNDED in columns and rules.grain != "line" else None
    has_deductions = rules.refunds == "net" or rules.grain == "line"
    return [
        pl.len().alias(ROWS),
        (zero if is_rounded is None else is_rounded.sum().cast(pl.Int64)).alias("rounded"),
        (~is_positive(columns)).sum().cast(pl.Int64).alias(DEDUCTIONS) if has_deductions else zero.alias(DEDUCTIONS),
        pl.col(ORDER_AMOUNT_FEN).sum().alias(FEN) if _counts_statuses(orders) else zero.alias(FEN),
        pl.col(ROW).min().alias(FIRST_ROW),
        pl.col(ROW).max().alias(LAST_ROW),
    ]


def day_of_check(orders: OrderSet) -> pl.Expr:
    """Return the day of a row; null where it fails a check that comes before that of the window."""
    outcomes = [check.outcome for check in orders.checks]
    failed = first_failed_check(timeless_checks(orders))
    is_early = (failed != PASSED) & (failed < outcomes.index(OUTSIDE_WINDOW))
    return pl.when(~is_early).then(pl.col(ORDER_TIME).dt.date()).alias(DAY)


def is_in(since: date | None, as_of: date) -> pl.Expr:
    """Return whether a day is in the window, or does not matter."""
    inside = pl.col(DAY) <= as_of
    return pl.col(DAY).is_null() | (inside if since is None else inside & (pl.col(DAY) >= since))
