"""What kind of time a text is: dates beyond doubt, numbers in an open order, short years, counts, other calendars."""

from __future__ import annotations

from typing import Final

import polars as pl

from rfm_engine.orders.cells.times.formats import EPOCHS
from rfm_engine.orders.cells.times.patterns import CLOCK, PATTERN
from rfm_engine.orders.cells.times.text import ERA_NAMES

KINDS: Final = (
    *("dated", "either", "same", "dmy", "mdy", "short", "excel_serial", *EPOCHS),
    *("buddhist", "minguo", "japanese_era", "persian", "islamic", "offset"),
)
"""`either` can be day or month first, `dmy` and `mdy` that alone, of `same` both are one; `offset` counts times that
have one, whatever their kind."""

_NUMBERS: Final = rf"(?i)^([0-9]{{1,2}})(?:/|-|\. ?)([0-9]{{1,2}})(?:/|-|\. ?)([0-9]{{4}}){CLOCK}$"
_SHORT: Final = (
    rf"(?i)^(?:[0-9]{{1,2}}(?:[-/.][0-9]{{1,2}}[-/.]|[ ./-]*<[0-9]{{2}}>[ ./-]*)"
    rf"|<[0-9]{{2}}>[ ./-]*[0-9]{{1,2}}[ ,./-]+)[0-9]{{2}}{CLOCK}$"
)
_YEAR: Final = r"^([0-9]{4})[^0-9]"
_WEEK_OR_DAY: Final = r"^[0-9]{4}-(?:W[0-9]{2}-[1-7]|[0-9]{3})$"
_COUNT: Final = r"^[0-9]{5,20}(?:\.[0-9]+)?$"
_COMPACT: Final = r"^(?:19|20)[0-9]{6}$"
_MINGUO: Final = (
    r"^(?:(?:中華|中华)?(?:民國|民国)\s*[0-9]{1,3}|(?:[89][0-9]|1[0-9]{2}))[-/.年][0-9]{1,2}[-/.月][0-9]{1,2}"
)
_JAPANESE: Final = rf"(?i)^(?:{ERA_NAMES})\s*(?:[0-9]{{1,2}}|元)[-/.年][0-9]{{1,2}}[-/.月][0-9]{{1,2}}"
_OFFSET: Final = r"(?i):[0-9]{2}(?:[.,][0-9]+)?\s*(?:[AP]M)?\s*(?:Z|[+-][0-9]{2}(?::?[0-9]{2})?)$"
_FIRST_SECOND, _LAST_SECOND = 300_000_000, 4_200_000_000  # 1979 to 2103
_FIRST_SERIAL, _LAST_SERIAL = 20_000, 80_000  # 1954 to 2119
_CALENDARS: Final = {"buddhist": (2400, 2700), "persian": (1350, 1429), "islamic": (1430, 1490)}
"""Calendars by the years that are of our time: 1857 to 2157, 1971 to 2051, 2008 to 2067."""

_MONTHS: Final = 12


def time_kind(plain: pl.Expr) -> pl.Expr:
    """Return the kind of a plain time as text (String, named `kind`); null for text that is none."""
    return pl.coalesce(_era_or_short(plain), _three_numbers(plain), _plain_count(plain), _year_first(plain)).alias(
        "kind"
    )


def has_offset(plain: pl.Expr) -> pl.Expr:
    """Return whether a plain time has an offset from UTC (Boolean, named `offset`)."""
    return plain.str.contains(_OFFSET).alias("offset")


def _era_or_short(plain: pl.Expr) -> pl.Expr:
    return (
        pl.when(plain.str.contains(_MINGUO))
        .then(pl.lit("minguo"))
        .when(plain.str.contains(_JAPANESE))
        .then(pl.lit("japanese_era"))
        .when(plain.str.contains(_SHORT))
        .then(pl.lit("short"))
    )


def _three_numbers(plain: pl.Expr) -> pl.Expr:
    """Return the kind of three numbers of which the last is a year."""
    first, second, year = (plain.str.extract(_NUMBERS, group).cast(pl.Int64) for group in (1, 2, 3))
    can_be_dmy, can_be_mdy = second.is_between(1, _MONTHS), first.is_between(1, _MONTHS)
    return (
        pl.when(_calendar(year).is_not_null())
        .then(_calendar(year))
        .when(can_be_dmy & can_be_mdy & (first == second))
        .then(pl.lit("same"))
        .when(can_be_dmy & can_be_mdy)
        .then(pl.lit("either"))
        .when(can_be_dmy)
        .then(pl.lit("dmy"))
        .when(can_be_mdy)
        .then(pl.lit("mdy"))
    )


def _plain_count(plain: pl.Expr) -> pl.Expr:
    """Return the kind of a plain number: days of a workbook, or a count since 1970 by its size."""
    is_count = plain.str.contains(_COUNT) & ~plain.str.contains(_COMPACT)
    number = pl.when(is_count).then(plain).cast(pl.Float64, strict=False)
    kinds = {"excel_serial": (_FIRST_SERIAL, _LAST_SERIAL)}
    kinds |= {name: (_FIRST_SECOND * per_second, _LAST_SECOND * per_second) for name, per_second in EPOCHS.items()}
    return pl.coalesce(pl.when(number.is_between(*bounds)).then(pl.lit(kind)) for kind, bounds in kinds.items())


def _year_first(plain: pl.Expr) -> pl.Expr:
    is_date = plain.str.contains(PATTERN) | plain.str.contains(_WEEK_OR_DAY)
    year = plain.str.extract(_YEAR, 1).cast(pl.Int64)
    return pl.when(is_date).then(pl.coalesce(_calendar(year), pl.lit("dated")))


def _calendar(year: pl.Expr) -> pl.Expr:
    """Return the calendar that years count in if they are of today; null for ours."""
    return pl.coalesce(pl.when(year.is_between(*bounds)).then(pl.lit(name)) for name, bounds in _CALENDARS.items())
