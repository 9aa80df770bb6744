"""Months, quarters, half-years and years: their names, the same one a year before, which of them are whole."""

from __future__ import annotations

from calendar import monthrange
from datetime import date
from typing import Final, Literal, NamedTuple

Length = Literal["month", "quarter", "half-year", "year"]
MONTHS: Final[dict[Length, int]] = {"month": 1, "quarter": 3, "half-year": 6, "year": 12}
"""The lengths of periods in months, the finest first."""

MONTHS_A_YEAR: Final = 12


class Period(NamedTuple):
    """A period: its first month, counted from the year 0, and how many months it has.

    >>> str(Period.of(date(2025, 5, 17), "quarter")), str(Period.of(date(2025, 5, 17), "half-year"))
    ('2025-Q2', '2025-H1')
    >>> str(Period.parse("2025-Q2")), str(Period.parse("2025-05").year_before())
    ('2025-Q2', '2024-05')
    """

    first: int
    months: int

    @classmethod
    def of(cls, day: date, length: Length) -> Period:
        """Return the period of a day."""
        months, month = MONTHS[length], day.year * MONTHS_A_YEAR + day.month - 1
        return cls(month - month % months, months)

    @classmethod
    def parse(cls, text: str) -> Period:
        """Return the period of a name."""
        year, _, part = text.partition("-")
        months = {"Q": 3, "H": 6}.get(part[:1], 1 if part else MONTHS_A_YEAR)
        return cls(int(year) * MONTHS_A_YEAR + months * (int(part.lstrip("QH") or 1) - 1), months)

    def __str__(self) -> str:
        """Return its name, which sorts by time."""
        year, month = divmod(self.first, MONTHS_A_YEAR)
        if self.months == MONTHS_A_YEAR:
            return f"{year:04}"
        sign = {1: "", 3: "Q", 6: "H"}[self.months]
        number = month // self.months + 1
        return f"{year:04}-{sign}{number}" if sign else f"{year:04}-{number:02}"

    def later(self, periods: int) -> Period:
        """Return the period so many after this one."""
        return Period(self.first + periods * self.months, self.months)

    def year_before(self) -> Period:
        """Return the same period a year before."""
        return Period(self.first - MONTHS_A_YEAR, self.months)

    @property
    def first_day(self) -> date:
        """The first day."""
        return date(self.first // MONTHS_A_YEAR, self.first % MONTHS_A_YEAR + 1, 1)

    @property
    def last_day(self) -> date:
        """The last day."""
        year, month = divmod(self.first + self.months - 1, MONTHS_A_YEAR)
        return date(year, month + 1, monthrange(year, month + 1)[1])

    def is_whole(self, since: date, as_of: date) -> bool:
        """Return whether a window covers all of its days."""
        return since <= self.first_day and self.last_day <= as_of
