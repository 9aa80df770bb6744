"""Order times of a workbook that are no dates to it: plain numbers of days, times of a day alone, lengths of time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import polars as pl

if TYPE_CHECKING:
    from datetime import date

_DAYS: Final = r"^[1-9][0-9]{4}(?:\.[0-9]+)?$"
"""Days from 1900 or 1904 on: of the years 1927 to 2177. Dates such as 20250701 have more digits."""

_NO_DATE: Final = r"^-?(?:1899|190[0-4])-[0-9]{2}-[0-9]{2}[ T]?"
"""How a workbook shows a time of day, a length of time or a negative date: as one of its first days."""


def has_days(text: pl.Expr) -> pl.Expr:
    """Return whether a cell holds a number of days."""
    return text.str.contains(_DAYS)


def write_dates(text: pl.Expr, first_day: date) -> pl.Expr:
    """Return the order times with numbers of days as dates, and what is no date without one, so that it is no time."""
    seconds = (text.str.extract(r"^([0-9.]+)$").cast(pl.Float64, strict=False) * 86_400).round().cast(pl.Int64)
    moment = pl.lit(first_day).cast(pl.Datetime("us")) + pl.duration(seconds=seconds)
    shown = pl.when(has_days(text)).then(moment).dt.to_string("%Y-%m-%d %H:%M:%S")
    return shown.fill_null(text.str.replace(_NO_DATE, ""))
