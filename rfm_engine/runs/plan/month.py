"""The month of a plan, and intervals between contacts in calendar months."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Final

import polars as pl

from rfm_engine.errors import UsageError

if TYPE_CHECKING:
    from typing import Self

MONTH: Final = re.compile(r"([0-9]{4})-(0[1-9]|1[0-2])")
DAYS_PER_MONTH: Final = 30
"""Of the part of an interval that is less than a month: two contacts a month are 15 days apart."""


@dataclass(frozen=True)
class Month:
    """A calendar month.

    >>> Month.parse("2025-07").last_day
    datetime.date(2025, 7, 31)
    """

    first_day: date

    @classmethod
    def parse(cls, text: str) -> Self:
        """Return the month that a text such as 2025-07 names.

        Raises:
            UsageError: It names none.
        """
        parts = MONTH.fullmatch(text)
        if parts is None:
            message = f"--month {text}: expected a month such as 2025-07"
            raise UsageError(message)
        return cls(date(int(parts[1]), int(parts[2]), 1))

    @property
    def last_day(self) -> date:
        """The last day of the month."""
        return (self.first_day + timedelta(days=31)).replace(day=1) - timedelta(days=1)

    @property
    def days(self) -> list[date]:
        """Every day of the month."""
        return [self.first_day + timedelta(days=number) for number in range(self.last_day.day)]

    def __str__(self) -> str:
        """Return the month as it is written."""
        return f"{self.first_day:%Y-%m}"


def add_interval(day: pl.Expr) -> pl.Expr:
    """Return the day one interval later: `contact_every_months` / `contacts_min` calendar months.

    Null for a tier without contacts. 31 January and one month are 28 February, as calendars have it.
    """
    every, contacts = pl.col("contact_every_months").cast(pl.Int64), pl.col("contacts_min").cast(pl.Int64)
    contacts = pl.when(contacts > 0).then(contacts)
    months, rest = every // contacts, (every % contacts) * DAYS_PER_MONTH // contacts
    return day.dt.offset_by(pl.format("{}mo", months)) + pl.duration(days=rest)


def half_interval_days() -> pl.Expr:
    """Return half of an interval in days, rounded down; the least time between two contacts."""
    every, contacts = pl.col("contact_every_months").cast(pl.Int64), pl.col("contacts_min").cast(pl.Int64)
    return every * DAYS_PER_MONTH // (2 * pl.when(contacts > 0).then(contacts))
