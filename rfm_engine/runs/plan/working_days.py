"""Working days: weekdays less public holidays and days off, plus make-up working days."""

from __future__ import annotations

from datetime import date
from importlib import import_module
from typing import TYPE_CHECKING, Final, Protocol

from rfm_engine.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Collection
    from pathlib import Path

    from rfm_engine.runs.plan.month import Month

WEEKDAYS: Final = range(5)
MISSING: Final = "a calendar of public holidays needs the extra [plan]: pip install 'rfm-engine[plan]'"


class Calendar(Protocol):
    """The public holidays of a country."""

    def is_working_day(self, key: date) -> bool:
        """Return whether people work on the day."""


def load_calendar(country: str | None, month: Month) -> Calendar | None:
    """Return the public holidays of a country such as CN for the year of a month; None where no country is named.

    Raises:
        UsageError: The library is not installed, or does not know the country.
    """
    if country is None:
        return None
    try:
        library = import_module("holidays")
    except ImportError as error:
        raise UsageError(MISSING) from error
    try:
        calendar: Calendar = library.country_holidays(country, years=month.first_day.year)
    except NotImplementedError as error:
        message = f"--calendar {country}: no such country; use a code such as CN"
        raise UsageError(message) from error
    return calendar


def lacks_announced_days(calendar: Calendar | None, month: Month) -> bool:
    """Return whether a calendar that is announced year by year has not been announced for the month's year."""
    announced = getattr(calendar, "special_public_holidays", None) or {month.first_day.year: ()}
    return month.first_day.year not in announced


def working_days(
    month: Month, calendar: Calendar | None, days_off: Collection[date] = (), work_days: Collection[date] = ()
) -> list[date]:
    """Return the working days of a month; a day that is stated to be a working day is one in any case."""
    return [day for day in month.days if day in work_days or (_is_working_day(day, calendar) and day not in days_off)]


def _is_working_day(day: date, calendar: Calendar | None) -> bool:
    return day.weekday() in WEEKDAYS if calendar is None else calendar.is_working_day(day)


def read_dates(path: Path | None) -> frozenset[date]:
    """Return the dates of a text file, one a line; none without a file.

    Raises:
        UsageError: The file cannot be read, or has lines that are no dates; all of them are listed.
    """
    if path is None:
        return frozenset()
    try:
        lines = [line.strip() for line in path.read_text("utf-8-sig").splitlines() if line.strip()]
    except (OSError, UnicodeDecodeError) as error:
        message = f"{path}: cannot be read as a list of dates: {error}"
        raise UsageError(message) from error
    days, faults = [], []
    for line in lines:
        try:
            days.append(date.fromisoformat(line))
        except ValueError:
            faults.append(repr(line))
    if faults:
        message = f"{path}: not dates such as 2025-07-14: {', '.join(faults)}"
        raise UsageError(message)
    return frozenset(days)
