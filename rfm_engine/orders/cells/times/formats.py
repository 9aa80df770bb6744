"""The names of time formats, and what makes a strftime format one that order times can be read by."""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING, Final

from rfm_engine.errors import nearest

if TYPE_CHECKING:
    from collections.abc import Sequence

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
CALENDARS: Final = ("buddhist", "minguo", "japanese_era", "persian")
READINGS: Final = (*ORDERS, *CALENDARS)
"""Words for dates of any usual form: in which order numbers stand, or in which calendar years count."""

NAMES: Final = (*READINGS, *EPOCHS, *SERIALS)
"""All formats that are no strftime format."""

_OFFSETS: Final = ("%z", "%:z", "%::z", "%:::z", "%#z", "%+")
_EPOCH_SECONDS: Final = "%s"
_PARTS: Final = (
    (r"(?<!\d)\d{4}([-/.])\d{1,2}\1\d{1,2}(?!\d)", r"%Y\1%m\1%d"),
    (r"(?<!\d)(?:1[3-9]|2\d|3[01])([-/.])\d{1,2}\1\d{4}(?!\d)", r"%d\1%m\1%Y"),
    (r"(?<!\d)\d{1,2}([-/.])(?:1[3-9]|2\d|3[01])\1\d{4}(?!\d)", r"%m\1%d\1%Y"),
    (r"(?<!\d)\d{1,2}:\d\d:\d\d(?![\d.])", "%H:%M:%S"),
    (r"(?<!\d)\d{1,2}:\d\d(?![\d:])", "%H:%M"),
)
_OTHER_COLUMN: Final = "name another column, --column order_time=HEADER"
_UNREAD: Final = {
    r"\d{4}(?:[-/.]|年)\d{1,2}月?": f"they name no day, in which recency is counted: {_OTHER_COLUMN}",
    r"\d{1,2}(?:[-/.]|月)\d{1,2}日?(?:\s.*)?": f"they name no year: {_OTHER_COLUMN}",
    r"\d{1,2}:\d\d(?::\d\d)?(?:\s*[AaPp][Mm])?": f"they name no date: {_OTHER_COLUMN}",
    r"\d(?:\.\d+)?[Ee]\+?\d+": f"they lost digits in a spreadsheet: export the column as text, or {_OTHER_COLUMN}",
    r".*\d\s*[+-]\d(?::\d\d)?": f"an offset has two digits, +08:00: write it so, or {_OTHER_COLUMN}",
    r".*\b24:00(?::00)?": f"a day ends at 23:59:59: write 00:00:00 of the next day, or {_OTHER_COLUMN}",
}
"""How times look that no format reads, and what to do."""

_LETTERS: Final = {
    "yyyy": "%Y",
    "yy": "%y",
    "MMMM": "%B",
    "MMM": "%b",
    "Mon": "%b",
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
    "AM/PM": "%p",
    "tt": "%p",
    "a": "%p",
    "A": "%p",
    "T": "T",
    "XXX": "%:z",
    "Z": "%z",
}
"""Letters that other programs write for parts of a time."""

_SINGLE_LETTERS: Final = {letter: f"%{letter}" for letter in "YymdH"} | {
    "n": "%m",
    "j": "%d",
    "M": "%b",
    "F": "%B",
    "G": "%H",
    "h": "%I",
    "g": "%I",
    "i": "%M",
    "s": "%S",
    "a": "%p",
    "A": "%p",
}
"""Those of programs that write one letter for each part: d/m/Y H:i."""

_PART: Final = "|".join(sorted(map(re.escape, _LETTERS), key=len, reverse=True))
_WORDS: Final = {
    "iso": "leave it out, such times are read as they are",
    "auto": "leave it out, the data show the format",
    "unix": "write epoch_seconds, or epoch_milliseconds",
    "epoch": "write epoch_seconds, or epoch_milliseconds",
    "timestamp": "write epoch_seconds, or epoch_milliseconds",
    "excel": "write excel_serial",
    "serial": "write excel_serial",
}
"""What to do where the word for a format was given, by how it begins."""

_OTHERWISE: Final = "; leave it out, or write ymd, dmy, mdy or the like of %d/%m/%Y"


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
        words = next((f"; {words}" for begin, words in _WORDS.items() if form.lower().startswith(begin)), _OTHERWISE)
        hint = f"; write {meant}" if meant else nearest(form.strip().lower(), NAMES) or words
        message = f"{form!r} has no part of a time such as %Y, %m or %d{hint}"
        raise ValueError(message)
    if "%Z" in form:
        message = f"{form!r}: the name of a time zone (%Z) says no offset from UTC; leave order_time_format "
        message += "out where times end in UTC or an offset, or export them with offsets such as +0800 and write %z"
        raise ValueError(message)
    if not _makes_dates(form):
        message = f"{form!r} does not read back the date that it writes; a format needs year, month and day: %Y-%m-%d, "
        message += "an hour its minutes: %H:%M, and %I the half of the day: %I:%M %p"
        raise ValueError(message)


def suggest_format(samples: Sequence[str]) -> str | None:
    """Return a format that reads times with other words around their dates, or dates of six digits; all of them.

    >>> suggest_format(["2026-06-28 12:30:01 CST"]), suggest_format(["on 28/6/2026"]), suggest_format(["on 5/6/2026"])
    ('%Y-%m-%d %H:%M:%S CST', 'on %d/%m/%Y', None)
    >>> suggest_format(["day 2026-06-28", "or 2026-06-29"]), suggest_format(["260628", "260701"])
    (None, '%y%m%d')
    """
    forms = [*map(_suggest_for, samples), *(["%y%m%d"] if all(map(re.compile(r"\d{6}").fullmatch, samples)) else [])]
    return next((form for form in forms if form and all(_reads(form, sample) for sample in samples)), None)


def _suggest_for(sample: str) -> str | None:
    form = sample.replace("%", "%%")
    for pattern, parts in _PARTS:
        form = re.sub(pattern, parts, form, count=1)
    return form if "%Y" in form and not re.search(r"\d", form) and _reads(form, sample) else None


def _reads(form: str, sample: str) -> bool:
    import polars as pl  # noqa: PLC0415

    return pl.select(pl.lit(sample).str.to_datetime(form, strict=False)).item() is not None


def explain_unread(samples: Sequence[str]) -> str | None:
    """Return why no format reads such times, where that can be said of all of them, and what to do.

    >>> explain_unread(["2026-06", "2026/7"])
    'they name no day, in which recency is counted: name another column, --column order_time=HEADER'
    """
    fits = (
        words for pattern, words in _UNREAD.items() if samples and all(re.fullmatch(pattern, one) for one in samples)
    )
    return next(fits, None)


def _as_strftime(form: str) -> str:
    """Return the strftime format that letters such as DD/MM/YYYY stand for, or nothing.

    >>> _as_strftime("DD/MM/YYYY"), _as_strftime("yyyyMMddHHmmss"), _as_strftime("d/m/Y H:i"), _as_strftime("hello")
    ('%d/%m/%Y', '%Y%m%d%H%M%S', '%d/%m/%Y %H:%M', '')
    """
    parts = re.sub("(?<![A-Za-z])[A-Za-z](?![A-Za-z])", lambda one: _SINGLE_LETTERS.get(one[0], one[0]), form)
    return next((meant for meant in (_spell_letters(form), parts) if "%" in meant and _makes_dates(meant)), "")


def _spell_letters(form: str) -> str:
    """Return a format with its runs of letters as parts; those of German and French words for them too."""
    words = re.sub("['\"]", "", form).replace("MON", "Mon")
    if "JJJJ" in words or "aaaa" in words.lower():
        words = re.sub("[TJj]{2}(?!J)", "dd", re.sub("JJJJ|aaaa|AAAA", "yyyy", words))
    words = words.replace("Y", "y").replace("D", "d")
    if "M" not in words.replace("AM/PM", ""):  # dd.mm.yyyy HH:mm
        words = re.sub("(?<![Hh]:)(?<![Hh][.])(?<![Hh])mm", "MM", words, count=1)
    if not re.search("[tT]{2}|[aA]", words):  # hours of half a day need to say which
        words = words.replace("h", "H")
    unknown = re.search("[A-Za-z]", re.sub(_PART, "", words))
    return "" if unknown else re.sub(_PART, lambda part: _LETTERS[part[0]], words)


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
