"""Where rows went, by day: the ledger of any window from rows that are counted once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import polars as pl

from rfm_engine.columns import ORDER_TIME
from rfm_engine.orders.cells.amounts import ROUNDED
from rfm_engine.orders.cleaning import (
    LEFT_OUT_OUTCOMES,
    OTHER_REGION,
    OTHER_STATUS,
    OUTSIDE_WINDOW,
    PASSED,
    REJECTED,
    first_failed_check,
)
from rfm_engine.orders.ledger import Ledger
from rfm_engine.orders.rejects import REJECT_SCHEMA, rejects
from rfm_engine.state.memo import UnusableStateError
from rfm_engine.state.parts import timeless_checks

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date

    from rfm_engine.orders.order_ids.duplicates import Duplicates
    from rfm_engine.orders.staging import OrderSet

DAY: Final = "day"
OUTCOME: Final = "outcome"
PASSES: Final = "passed"
TEST: Final = "test"
SCHEMA: Final = {OUTCOME: pl.String, DAY: pl.Date, "rows": pl.Int64, "rounded": pl.Int64}


def count_days(orders: OrderSet, without: Duplicates) -> pl.DataFrame:
    """Return how many rows have each outcome but for the window, by day; the day is null where it does not matter.

    Rows of `without` are left out.
    """
    checks = timeless_checks(orders)
    rounded = pl.col(ROUNDED).fill_null(value=False) if ROUNDED in orders.columns else pl.lit(value=False)
    rows = without.drop_from(orders.rows, orders.height)
    counted = rows.group_by(first_failed_check(checks).alias(TEST), day_of_check(orders)).agg(
        pl.len().cast(pl.Int64).alias("rows"), rounded.cast(pl.Int64).sum().alias("rounded")
    )
    outcomes = {position: check.outcome for position, check in enumerate(checks)} | {PASSED: PASSES}
    named = counted.with_columns(pl.col(TEST).replace_strict(outcomes, return_dtype=pl.String).alias(OUTCOME))
    return add_days([named.select(list(SCHEMA)).collect()])


def day_of_check(orders: OrderSet) -> pl.Expr:
    """Return the day of a row; null where it fails a check that comes before that of the window."""
    outcomes = [check.outcome for check in orders.checks]
    failed = first_failed_check(timeless_checks(orders))
    is_early = (failed != PASSED) & (failed < outcomes.index(OUTSIDE_WINDOW))
    return pl.when(~is_early).then(pl.col(ORDER_TIME).dt.date()).alias(DAY)


def add_days(frames: Iterable[pl.DataFrame]) -> pl.DataFrame:
    """Return the sums of several counts by day; those of nothing go."""
    added = pl.concat(frames).group_by(OUTCOME, DAY).agg(pl.col("rows", "rounded").sum())
    return added.filter(pl.col("rows") != 0).sort(OUTCOME, DAY)


def subtract_days(days: pl.DataFrame, others: pl.DataFrame) -> pl.DataFrame:
    """Return the counts without others that are part of them."""
    return add_days([days, others.with_columns(-pl.col("rows", "rounded"))])


def list_rejects(orders: OrderSet, headers: Mapping[str, str]) -> pl.DataFrame:
    """Return the rows that a check but for the window's rejects, with the day of each."""
    found = rejects(orders.rows, timeless_checks(orders), headers, day_of_check(orders))
    return found.collect().select(*REJECT_SCHEMA, DAY)


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
