"""Calls placed on working days: who comes first where room is short, and on which day each is called."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

import polars as pl

from rfm_engine.columns import CUSTOMER_ID, MONETARY
from rfm_engine.runs.plan.month import add_interval, half_interval_days
from rfm_engine.runs.scale import RANK

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from rfm_engine.runs.plan.month import Month

PLACED = {CUSTOMER_ID: pl.String, "date": pl.Date, "call": pl.Int64}


@dataclass(frozen=True, kw_only=True)
class Agenda:
    """The working days of an owner in a month, and how many calls fit into each."""

    owner: str
    days: Sequence[date]
    capacity: int

    @property
    def room(self) -> int:
        """How many calls fit into the month."""
        return len(self.days) * self.capacity


def rank_calls(customers: pl.LazyFrame, month: Month) -> pl.LazyFrame:
    """Return who is due by the end of the month, the most urgent first.

    The class is the position of the tier less one for each whole interval that the call is overdue, so that no tier
    waits for ever; then come the days overdue, the spend and customer_id.
    """
    wanted = pl.col("due") <= month.last_day
    allowed = ~pl.col("do_not_call") & (pl.col("earliest").is_null() | (pl.col("earliest") <= month.last_day))
    interval = (add_interval(pl.col("due")) - pl.col("due")).dt.total_days()
    urgency = pl.col(RANK) - pl.col("overdue_days") // interval
    order = ["class", "overdue_days", MONETARY, CUSTOMER_ID]
    ranked = customers.filter(wanted & allowed).with_columns(urgency.alias("class"))
    return ranked.sort(order, descending=[False, True, True, False])


def place_calls(ranked: pl.DataFrame, agenda: Agenda) -> pl.DataFrame:
    """Return the day of each call that the agenda has room for: spread evenly, in order of due.

    One row per placed call: customer_id, date, call (1). A call is never placed before its `earliest` day.
    """
    chosen = ranked.head(agenda.room).sort("due", "class", CUSTOMER_ID)
    return _place_evenly(chosen, agenda, dict.fromkeys(agenda.days, 0), call=1)


def place_second_calls(customers: pl.LazyFrame, placed: pl.DataFrame, agenda: Agenda, month: Month) -> pl.DataFrame:
    """Return second contacts in what room is left: up to `contacts_max`, the highest spend first.

    They are at least half an interval after the last contact, be it of this month or before.
    """
    used = dict.fromkeys(agenda.days, 0) | dict(placed["date"].value_counts(name="calls").rows())
    spare = agenda.room - placed.height
    if spare <= 0:
        return pl.DataFrame(schema=PLACED)
    last = pl.coalesce("date", "last_contact")
    earliest = (last + pl.duration(days=half_interval_days())).cast(pl.Date)
    possible = (
        customers.join(placed.lazy(), on=CUSTOMER_ID, how="left", maintain_order="left")
        .filter(~pl.col("do_not_call"), pl.col("contacts_max") > pl.col("contacts_min"), pl.col("attempt") == 0)
        .filter(pl.col("date").is_not_null() | (pl.col("due") > month.last_day))
        .with_columns(earliest.alias("earliest"))
        .filter(pl.col("earliest") <= (agenda.days[-1] if agenda.days else month.first_day))
        .sort(MONETARY, CUSTOMER_ID, descending=[True, False])
        .head(spare)
        .select(CUSTOMER_ID, "earliest")
        .collect()
        .sort("earliest", CUSTOMER_ID)
    )
    return _place_evenly(possible, agenda, used, call=2)


def _place_evenly(calls: pl.DataFrame, agenda: Agenda, used: dict[date, int], *, call: int) -> pl.DataFrame:
    """Give each day its share of the calls, by its free room: the first that are not too early for it.

    What was too early for its day is made up for as soon as there is room. So a call is left over only where too many
    have an `earliest` day so late that the days from there on are full of calls that were too early before.
    """
    waiting = dict(calls.select(CUSTOMER_ID, "earliest").iter_rows())
    free = [agenda.capacity - used[day] for day in agenda.days]
    rows: list[tuple[str, date, int]] = []
    room, whole = 0, max(sum(free), 1)
    for day, fits in zip(agenda.days, free, strict=True):
        room += fits
        share = min(fits, -(-calls.height * room // whole) - len(rows))
        allowed = (customer for customer, earliest in waiting.items() if earliest is None or earliest <= day)
        for customer in [*islice(allowed, share)]:
            rows.append((customer, day, call))
            del waiting[customer]
    return pl.DataFrame(rows, schema=PLACED, orient="row")
