"""When each customer is due for a call."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import polars as pl

from rfm_engine.columns import CUSTOMER_ID, MONETARY, TIER
from rfm_engine.runs.plan.month import add_interval, half_interval_days
from rfm_engine.runs.scale import RANK

if TYPE_CHECKING:
    from rfm_engine.runs.plan.month import Month

STATE: Final = {
    CUSTOMER_ID: pl.String,
    "previous_rank": pl.Int32,
    "last_contact": pl.Date,
    "due": pl.Date,
    "attempt": pl.Int64,
    "retry_on": pl.Date,
    "do_not_call": pl.Boolean,
}
"""What one month hands to the next of each customer."""

MOST_ATTEMPTS: Final = 3


def set_due_dates(customers: pl.LazyFrame, state: pl.LazyFrame, month: Month) -> pl.LazyFrame:
    """Add `due`, `earliest`, `overdue_days`, `last_contact`, `attempt` and `do_not_call`, one row per customer.

    After a contact a customer is due one interval later. One who was never contacted is due on the month's first day
    plus a phase, by the place in spend among those of one owner and tier, so that a tier is spread over its interval.
    Who was promoted is due at the earlier of the old date and the new interval; who was demoted, at the new interval.
    `due` is null for a tier without contacts. No call is made before `earliest`: half an interval after
    the last contact, and three working days after a call without an answer.
    The customers must stand by customer_id, which breaks ties of spend.
    """
    left = customers.select(CUSTOMER_ID).join(state, on=CUSTOMER_ID, how="left", maintain_order="left")
    known = pl.concat([customers, left.drop(CUSTOMER_ID)], how="horizontal").with_columns(
        pl.col("attempt").fill_null(0), pl.col("do_not_call").fill_null(value=False)
    )
    retried = pl.col("attempt").is_between(1, MOST_ATTEMPTS - 1)
    again = pl.col("last_contact") + pl.duration(days=half_interval_days())
    dated = known.with_columns(pl.coalesce(_due_again(), pl.col("due"), _first_due(month)).alias("due")).with_columns(
        pl.when(pl.col("contact_every_months").is_not_null() & (pl.col("contacts_min") > 0)).then(pl.col("due"))
    )
    first = pl.lit(month.first_day)
    return dated.with_columns(
        pl.max_horizontal(again, pl.when(retried).then("retry_on")).cast(pl.Date).alias("earliest"),
        (first - pl.col("due")).dt.total_days().clip(0).alias("overdue_days"),
    )


def _due_again() -> pl.Expr:
    """Return when a customer who was reached is due; null for one who never was."""
    after = add_interval(pl.col("last_contact"))
    rank, previous = pl.col(RANK), pl.col("previous_rank")
    promoted = (rank < previous).fill_null(value=False)
    return pl.when(promoted).then(pl.min_horizontal(after, pl.col("due"))).otherwise(after)


def _first_due(month: Month) -> pl.Expr:
    """Return the first day of the month plus the phase of a customer who was never contacted."""
    first = pl.lit(month.first_day)
    waiting = pl.col("last_contact").is_null() & pl.col("due").is_null()
    group = ["owner", TIER, waiting]
    place = pl.col(MONETARY).rank("ordinal", descending=True).over(group).cast(pl.Int64) - 1
    interval = (add_interval(first) - first).dt.total_days()
    return first + pl.duration(days=place * interval // pl.len().over(group))
