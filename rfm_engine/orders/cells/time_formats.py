"""The names of time formats, and what makes a strftime format one that order times can be read by."""

from __future__ import annotations

import re
from datetime import date
from typing import Final

from rfm_engine.errors import nearest

EPOCHS: Final = {
    "epoch_seconds": 1,
    "epoch_milliseconds": 1_000,
    "epoch_microseconds": 1_000_000,
    "epoch_nanoseconds": 1_000_000_000,
}
"""Counts since 1970 in UTC, and how many make a second."""

SERIALS: Final = {"excel_serial": date(1899, 12, 30), "excel_serial_1904": date(1904, 1, 1)}
"""Counts of days in a workbook, and their day 0."""

ORDERS: Final = ("ymd", "dmy", "mdy")
CALENDARS: Final = ("buddhist", "minguo", "japanese_era")
READINGS: Final = (*ORDERS, *CALENDARS)
"""Words for dates of any usual form: in which order numbers stand, or in which calendar years count."""

NAMES: Final = (*READINGS, *EPOCHS, *SERIALS)
"""All formats that are no strftime format."""

_OFFSETS: Final = ("%z", "%:z", "%::z", "%:::z", "%#z", "%+")
_EPOCH_SECONDS: Final = "%s"
_LETTERS: Final = {
    "yyyy": "%Y",
    "yy": "%y",
    "MMMM": "%B",
    "MMM": "%b",
    "MM": "%m",
    "M": "%m",
    "dd": "%d",
    "d": "%d",
    "HH": "%H",
    "H": "%H",
    "hh": "%I",
    "h": "%I",
    "mm": "%M",
    "ss": "%S",
    "s": "%S",
    "tt": "%p",
    "a": "%p",
    "A": "%p",
}
"""Letters that other programs write for parts of a time."""


def is_instant(form: str) -> bool:
    """Return whether a format gives instants, so that a time zone is needed to count days in."""
    return form in EPOCHS or _EPOCH_SECONDS in form or any(offset in form for offset in _OFFSETS)


def refuse_bad_format(form: str) -> None:
    """Refuse a strftime format by which no order time can be read.

    Raises:
        ValueError: It has no parts, or lacks a date, or has the name of a time zone, which says no offset.
    """
    if "%" not in form:
        meant = _as_strftime(form)
        hint = f"; write {meant}" if meant else nearest(form, NAMES)
        message = f"{form!r} has no part of a time such as %Y, %m or %d{hint}"
        raise ValueError(message)
    if "%Z" in form:
        message = f"{form!r}: the name of a time zone (%Z) says no offset from UTC; leave order_time_format "
        message += "out where times end in UTC or an offset, or export them with offsets such as +0800 and write %z"
        raise ValueError(message)
    if not _makes_dates(form):
        message = f"{form!r} does not read back the date that it writes; a format needs year, month and day: %Y-%m-%d"
        raise ValueError(message)


def _as_strftime(form: str) -> str:
    """Return the strftime format that letters such as DD/MM/YYYY stand for, or nothing."""
    words = re.sub("Y", "y", re.sub("D", "d", form))
    if "M" not in words:  # dd.mm.yyyy HH:mm
        words = re.sub("(?<![Hh]:)(?<![Hh][.])(?<![Hh])mm", "MM", words, count=1)
    written = re.sub("[A-Za-z]+", lambda word: _LETTERS.get(word[0], word[0]), words)
    return written if "%" in written and not re.search("(?<!%)[A-SU-Za-z]{2,}", written) else ""


def _makes_dates(form: str) -> bool:
    """Return whether a time written in the format is read as one of the same date."""
    from datetime import UTC, datetime  # noqa: PLC0415 with Polars, which most commands never load

    import polars as pl  # noqa: PLC0415

    moment = datetime(2025, 11, 28, 13, 45, 59, tzinfo=UTC)
    try:
        form = form.replace("%#z", "%z")  # which is read, but never written
        text = pl.Series([moment]).dt.strftime(form)
        found = text.str.to_datetime(form, time_unit="us", strict=False).dt.replace_time_zone(None).item()
    except (pl.exceptions.PolarsError, pl.exceptions.PanicException):
        return False
    return found is not None and found.date() == moment.date()
