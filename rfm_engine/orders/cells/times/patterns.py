"""Times of every usual form by their parts: what is left where the forms that are tried first do not fit."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import polars as pl

from rfm_engine.columns import ORDER_TIME
from rfm_engine.orders.cells.times.formats import CALENDARS, ORDERS
from rfm_engine.orders.cells.times.text import date_first, gregorian, plain_time

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rfm_engine.orders.cells.options import CellOptions
    from rfm_engine.orders.cells.times.text import DateOrder

NAIVE: Final = pl.Datetime("us")
NO_TIME: Final = pl.datetime(1970, 1, 1)
"""What programs write where they have no time."""

_DATE: Final = (
    r"([0-9]{4})(?:-([ 0-9]?[0-9])-([ 0-9]?[0-9])|/([ 0-9]?[0-9])/([ 0-9]?[0-9])|\.([ 0-9]?[0-9])\.([ 0-9]?[0-9])"
    r"|年([ 0-9]?[0-9])月([ 0-9]?[0-9])日|([0-9]{2})([0-9]{2}))"
)

CLOCK: Final = (
    r"(?:[ T,]+(?:([AP]M)\s*)?([0-9]{1,2}):([ 0-9][0-9])(?::([ 0-9][0-9])(?:[.,]([0-9]{1,9}))?)?\s*([AP]M)?"
    r"\s*(Z|[+-][0-9]{2}(?::?[0-9]{2})?)?)?"
)

PATTERN: Final = f"(?i)^{_DATE}{CLOCK}$"
_YEAR, _AM_PM, _HOUR, _MINUTE, _SECOND, _FRACTION, _AM_PM_AFTER, _ZONE = 0, 11, 12, 13, 14, 15, 16, 17
_GROUPS: Final = 18


def to_wall_clock(instant: pl.Expr, options: CellOptions) -> pl.Expr:
    """Return the wall clock of the source's time zone at an instant in UTC; null without a time zone."""
    if options.time_zone is None:
        return pl.lit(None, dtype=NAIVE)
    return instant.dt.replace_time_zone("UTC").dt.convert_time_zone(options.time_zone).dt.replace_time_zone(None)


def fill_unparsed(orders: pl.LazyFrame, options: CellOptions, *, short_years: bool) -> pl.LazyFrame:
    """Fill in the times of other forms; where there are none, that costs next to nothing."""
    return (
        orders.with_columns(pl.when(pl.col(":time first").is_null()).then(ORDER_TIME).alias(":time unparsed"))
        .with_columns(_order_parts(pl.col(":time unparsed"), options, short_years=short_years).alias(":time text"))
        .pipe(_parse_by_pattern, options)
        .with_columns(
            pl.coalesce(":time first", ":time by pattern", _of_week_or_year(pl.col(":time text"))).alias(":time first")
        )
    )


def _order_parts(text: pl.Expr, options: CellOptions, *, short_years: bool) -> pl.Expr:
    plain, form = plain_time(text), options.order_time_format
    if form in CALENDARS:
        return gregorian(date_first(plain, "dmy", short_years=False), str(form))
    order: DateOrder = "dmy" if form == "dmy" else "mdy" if form == "mdy" else "ymd"
    return date_first(plain, order, short_years=short_years and form in ORDERS)


def _of_week_or_year(text: pl.Expr) -> pl.Expr:
    """Return the times of ISO dates by week (2025-W23-4) and by day of the year (2025-156)."""
    forms = {r"^[0-9]{4}-W[0-9]{2}-[0-9]$": "%G-W%V-%u", r"^[0-9]{4}-[0-9]{3}$": "%Y-%j"}
    return pl.coalesce(
        pl.when(text.str.contains(pattern)).then(text).str.to_datetime(form, time_unit="us", strict=False)
        for pattern, form in forms.items()
    )


def _parse_by_pattern(orders: pl.LazyFrame, options: CellOptions) -> pl.LazyFrame:
    """Add the times of other forms, by their parts."""
    part = [pl.col(":time parts").struct.field(str(position)) for position in range(1, _GROUPS + 1)]
    month, day = pl.coalesce(part[1:10:2]), pl.coalesce(part[2:11:2])
    clock = [_hour(part).fill_null("0"), part[_MINUTE].fill_null("0"), part[_SECOND].fill_null("0")]
    plain = pl.concat_str(part[_YEAR], month, day, *clock, separator=" ")
    micros = part[_FRACTION].str.pad_end(6, "0").str.slice(0, 6).cast(pl.Int64).fill_null(0)
    time, offset = pl.col(":time by pattern"), pl.col(":time offset")
    has_hour = part[_HOUR].is_null() | _hour(part).is_not_null()
    return (
        orders.with_columns(pl.col(":time text").str.extract_groups(PATTERN).alias(":time parts"))
        .with_columns(
            pl.when((part[_SECOND].fill_null("0") < "60") & has_hour).then(plain).alias(":time plain"),
            micros.alias(":time micros"),
            part[_ZONE].alias(":time offset"),
        )
        .with_columns(
            pl.col(":time plain")
            .str.to_datetime("%Y %m %d %H %M %S", time_unit="us", strict=False)
            .alias(":time by pattern")
        )
        .with_columns(pl.when(time != NO_TIME).then(time + pl.duration(microseconds=":time micros")))
        .with_columns(pl.when(offset.is_null()).then(time).otherwise(to_wall_clock(time - _offset(offset), options)))
    )


def _hour(part: Sequence[pl.Expr]) -> pl.Expr:
    """Return the hour of 24 as text; null where it cannot be one of the half of the day that stands beside it."""
    half = pl.coalesce(part[_AM_PM], part[_AM_PM_AFTER]).str.to_uppercase()
    hour = part[_HOUR].cast(pl.Int64)
    is_twice = part[_AM_PM].is_not_null() & part[_AM_PM_AFTER].is_not_null()
    afternoon = pl.when(hour.is_between(1, 11)).then(hour + 12).when(hour.is_between(12, 23)).then(hour)
    morning = pl.when(hour.is_between(1, 11)).then(hour).when(hour == 12).then(0)  # noqa: PLR2004
    found = pl.when(half.is_null()).then(hour).when(half == "PM").then(afternoon).otherwise(morning)
    return pl.when(~is_twice).then(found).cast(pl.String)


def _offset(text: pl.Expr) -> pl.Expr:
    """Return the duration that an offset such as Z, +08 or +08:00 is ahead of UTC; null where it is none."""
    hours = text.str.slice(1, 2).cast(pl.Int64, strict=False)
    minutes = pl.when(text.str.len_bytes() > len("+08")).then(text.str.slice(-2)).otherwise(pl.lit("0"))
    minutes = minutes.cast(pl.Int64, strict=False)
    size = pl.when(text.str.len_bytes() == 1).then(0).when((hours < 24) & (minutes < 60)).then(hours * 60 + minutes)  # noqa: PLR2004
    return pl.duration(minutes=pl.when(text.str.starts_with("-")).then(-size).otherwise(size))
