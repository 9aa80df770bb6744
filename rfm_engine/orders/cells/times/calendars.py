"""Calendars other than ours: what their times are called, and the days of those with other months."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Final

import polars as pl

if TYPE_CHECKING:
    from collections.abc import Callable

_DAY_0: Final = date(621, 3, 20)
"""From which the days of a Persian date count, where each year before it has 365 days and leap days are added."""

_LONG_MONTHS, _MONTHS = 6, 12
_YEARS: Final = (1178, 1633)


def persian_day(year: pl.Expr, month: pl.Expr, day: pl.Expr) -> pl.Expr:
    """Return the day (Date) of the solar calendar of Iran, in which 8 of 33 years are leap years (1178 to 1633).

    Six months of 31 days come first, then those of 30; null for what is no such day.
    """
    is_leap = (25 * year + 11) % 33 < 8  # noqa: PLR2004
    longest = 29 + (is_leap | (month < _MONTHS)).cast(pl.Int64) + (month <= _LONG_MONTHS).cast(pl.Int64)
    before = (month - 1) * 30 + pl.min_horizontal(month - 1, _LONG_MONTHS)
    days = year * 365 + (8 * year + 21) // 33 + before + day
    is_day = month.is_between(1, _MONTHS) & day.is_between(1, longest) & year.is_between(*_YEARS)
    return pl.when(is_day).then(pl.lit(_DAY_0) + pl.duration(days=days))


CALENDARS_IN_DAYS: Final[dict[str, Callable[[pl.Expr, pl.Expr, pl.Expr], pl.Expr]]] = {"persian": persian_day}
"""Calendars that are converted by the day, not by the year."""

OTHER_CALENDARS: Final = {
    "buddhist": ("years of the Buddhist calendar", "give --order-time-format buddhist"),
    "minguo": ("years of the Republic of China", "give --order-time-format minguo"),
    "japanese_era": ("years of Japanese eras", "give --order-time-format japanese_era"),
    "persian": ("years of the Persian calendar", "give --order-time-format persian, or ymd for years of ours"),
    "islamic": ("years of the Islamic calendar", "export them in ours, or give --order-time-format ymd if they are"),
}
"""Kinds of time that an option alone reads: what they are, and what to type."""
