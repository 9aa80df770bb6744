"""When orders are placed: growing year by year, by the season, in the opening hours."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import accumulate
from typing import TYPE_CHECKING, Final

import polars as pl

from rfm_engine.synthetic.draws import look_up, quarter
from rfm_engine.synthetic.faults import move_outside

if TYPE_CHECKING:
    from rfm_engine.synthetic.markets import Market

NEIGHBOURS: Final = 16
"""Rows whose times are shuffled among each other; the file is chronological but for that."""

DAY_SLOTS: Final = 2**16
EPOCH: Final = date(1970, 1, 1)
OPENING_SECOND, OPEN_SECONDS, DAY_SECONDS = 8 * 3600, 14 * 3600, 86_400
YEAR_IN_PERCENT: Final = 365 * 100
row, when = pl.col("row"), pl.col("when")


def order_time(market: Market) -> pl.Expr:
    """Return the order's Date, or its Datetime to the second: rows follow each other in time, day weights bent in."""
    rows = -(-market.orders // NEIGHBOURS) * NEIGHBOURS
    shuffled = row // NEIGHBOURS * NEIGHBOURS + quarter(when, 0, NEIGHBOURS)
    day = look_up(day_slots(market), shuffled % rows * DAY_SLOTS // rows, pl.Int64)
    days = move_outside(day, (market.until - market.since).days + 1) + (market.since - EPOCH).days
    if market.times == "day":
        return days.cast(pl.Int32).cast(pl.Date)
    second = (quarter(when, 1, OPEN_SECONDS) + quarter(when, 2, OPEN_SECONDS)) // 2 + OPENING_SECOND
    return ((days * DAY_SECONDS + second.cast(pl.Int64)) * 1_000_000).cast(pl.Datetime("us"))


def day_slots(market: Market) -> list[int]:
    """Return the day of the window (0 the first) of each of 65,536 equal parts of the orders."""
    days = (market.until - market.since).days + 1
    months = [(market.since + timedelta(days=day)).month for day in range(days)]
    weights = [
        market.months[month - 1] * (YEAR_IN_PERCENT + market.growth_percent * day) for day, month in enumerate(months)
    ]
    total = sum(weights)
    ends = [end * DAY_SLOTS // total for end in accumulate(weights)]
    return [day for day, (start, end) in enumerate(zip([0, *ends], ends, strict=False)) for _ in range(start, end)]
