"""Order times to naive local time: one fast form, the other written forms, instants with a time zone."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Final, NamedTuple

import polars as pl

from rfm_engine.columns import ORDER_TIME
from rfm_engine.errors import DataError
from rfm_engine.orders.cells.blanks import BLANKS
from rfm_engine.orders.cells.times.formats import CALENDARS, EPOCHS, READINGS, SERIALS, is_instant
from rfm_engine.orders.cells.times.patterns import NAIVE, NO_TIME, fill_unparsed, to_wall_clock

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rfm_engine.orders.cells.options import CellOptions

_EARLIEST: Final = pl.datetime(1000, 1, 1)
_LATEST: Final = pl.datetime(9999, 12, 31, 23, 59, 59, 999_999)
_LAST_SERIAL: Final = 2_958_466  # the end of the year 9999
_FIRST_DAY, _LAST_DAY = -354_285, 2_932_896  # the same bounds in days from 1970
_DAY_0: Final = date(1970, 1, 1)
_PER_DAY: Final = {"ms": 86_400_000, "us": 86_400_000_000, "ns": 86_400_000_000_000}
_MICROS: Final = 1_000_000
_FRACTION: Final = r"^[1-9][0-9]{8,18}\.[0-9]+$"
_EPOCH_LIMIT: Final = 10**12  # seconds; beyond the year 9999, and far below what overflows microseconds
DATE_FORMS: Final = ((10, "%Y-%m-%d"), (19, "%Y-%m-%d %H:%M:%S"))
"""What is tried first, each form with its length in bytes. Polars takes a blank for a leading 0, so all forms do."""


class TimeForms(NamedTuple):
    """What times look like: forms to try first, and whether an order of numbers holds for years of two digits too.

    Each form is tried on text of its length in bytes.
    """

    first: tuple[tuple[int, str], ...] = DATE_FORMS
    takes_short_years: bool = True


USUAL_FORMS: Final = TimeForms()


def parse_times(
    orders: pl.LazyFrame,
    dtype: pl.DataType,
    options: CellOptions,
    *,
    forms: TimeForms = USUAL_FORMS,
    fallback: bool,
) -> pl.LazyFrame:
    """Make `order_time` of a frame a naive Datetime("us") in the time zone of the options; null where it is no time.

    A time with an offset or a time zone of its own is converted; without one it is local already, so it may lie in a
    gap or an overlap of daylight saving. The first moment of 1970 is no time: programs write it where they have none.
    Without `fallback` text is null too that has none of the forms that are tried first.

    Raises:
        DataError: The column has a time zone and the options give none.
    """
    if dtype.is_temporal():
        return orders.with_columns(_from_typed(dtype, options).alias(ORDER_TIME))
    form = options.order_time_format
    if form in EPOCHS:
        return orders.with_columns(_within_years(_from_epoch(EPOCHS[form], options)))
    if form in SERIALS:
        return orders.with_columns(_within_years(_from_serial(SERIALS[form])))
    if form and form not in READINGS:
        return orders.with_columns(_within_years(_from_format(form, options)))
    fast = () if form in CALENDARS else forms.first
    first = _parse_first_forms(orders.with_columns(pl.col(ORDER_TIME).cast(pl.String)), fast)
    found = fill_unparsed(first, options, short_years=forms.takes_short_years) if fallback else first
    return found.with_columns(_within_years(pl.col(":time first")))


def time_text(dtype: pl.DataType) -> pl.Expr:
    """Return `order_time` as text; a typed time beyond the years 1000 to 9999 as the number that it is stored as."""
    time = pl.col(ORDER_TIME)
    if not isinstance(dtype, pl.Date | pl.Datetime):
        return time.cast(pl.String)
    shown = pl.when(_is_typed_within_years(dtype)).then(time)
    return pl.coalesce(shown.cast(pl.String), time.to_physical().cast(pl.String))


def leave_out_other_days(orders: pl.LazyFrame, column: str, first: date, last: date) -> pl.LazyFrame:
    """Return raw orders without those whose typed time is of no day from the first to the last, by any time zone.

    A scan passes over what its files' statistics show to be of other days: a filter of converted times reads them all.
    """
    dtype = orders.collect_schema()[column]
    if not isinstance(dtype, pl.Date | pl.Datetime):
        return orders
    around = 0 if isinstance(dtype, pl.Date) or dtype.time_zone is None else 1
    least, greatest = _bound_days((first - _DAY_0).days - around, (last - _DAY_0).days + around, dtype)
    return orders.filter(pl.col(column).is_between(pl.lit(least).cast(dtype), pl.lit(greatest).cast(dtype)))


def _bound_days(first: int, last: int, dtype: pl.Date | pl.Datetime) -> tuple[int, int]:
    """Return the least and the greatest number that the type stores for a time of these days, counted from 1970."""
    per_day = 1 if isinstance(dtype, pl.Date) else _PER_DAY[dtype.time_unit]
    least, greatest = (max(-(2**63), min(bound, 2**63 - 1)) for bound in (first * per_day, (last + 1) * per_day - 1))
    return least, greatest


def _is_typed_within_years(dtype: pl.Date | pl.Datetime) -> pl.Expr:
    """Return whether typed times are within the years 1000 to 9999; Polars panics where it shows or converts others."""
    least, greatest = _bound_days(_FIRST_DAY, _LAST_DAY, dtype)
    return pl.col(ORDER_TIME).to_physical().is_between(least, greatest)


def _within_years(time: pl.Expr) -> pl.Expr:
    return pl.when(time.is_between(_EARLIEST, _LATEST) & (time != NO_TIME)).then(time).alias(ORDER_TIME)


def _from_typed(dtype: pl.DataType, options: CellOptions) -> pl.Expr:
    if not isinstance(dtype, pl.Date | pl.Datetime):
        return pl.lit(None, dtype=NAIVE)
    time = pl.col(ORDER_TIME)
    time = pl.when(_is_typed_within_years(dtype) & (time.to_physical() != 0)).then(time)
    if isinstance(dtype, pl.Datetime) and dtype.time_zone is not None:
        if options.time_zone is None:
            message = f"order_time has the time zone {dtype.time_zone}: give the one to count days in, for example "
            message += f"--time-zone {dtype.time_zone}"
            raise DataError(message)
        time = to_wall_clock(time.dt.convert_time_zone("UTC").dt.replace_time_zone(None), options)
    return time.cast(NAIVE)


def _from_epoch(per_second: int, options: CellOptions) -> pl.Expr:
    text = _trim(pl.col(ORDER_TIME))
    count = text.cast(pl.Int64, strict=False)
    limit = min(_EPOCH_LIMIT * per_second, 2**63 - 1)
    sane = pl.when(count.is_between(-limit, limit) & (count != 0)).then(count)
    micros = sane * (_MICROS // per_second) if per_second <= _MICROS else sane // (per_second // _MICROS)
    return to_wall_clock(pl.coalesce(micros, _micros_of_fraction(text, per_second)).cast(NAIVE), options)


def _micros_of_fraction(text: pl.Expr, per_second: int) -> pl.Expr:
    """Return the microseconds of a count with a decimal point, as programs write that keep counts as floats."""
    exact = pl.when(text.str.contains(_FRACTION)).then(text).cast(pl.Decimal(38, 9), strict=False)
    return (exact * _MICROS / per_second if per_second > _MICROS else exact * (_MICROS // per_second)).cast(pl.Int64)


def _from_serial(day_0: date) -> pl.Expr:
    """Return the time of a count of days since `day_0`, to the millisecond; a part of a day alone is no time."""
    days = _trim(pl.col(ORDER_TIME)).cast(pl.Float64, strict=False)
    sane = pl.when(days.is_between(1, _LAST_SERIAL)).then(days)
    return pl.lit(day_0).cast(NAIVE) + pl.duration(milliseconds=(sane * _PER_DAY["ms"]).round().cast(pl.Int64))


def _from_format(form: str, options: CellOptions) -> pl.Expr:
    text = _trim(pl.col(ORDER_TIME)).str.strip_chars()
    time = text.str.to_datetime(form, time_unit="us", strict=False)
    return to_wall_clock(time.dt.replace_time_zone(None), options) if is_instant(form) else time


def _trim(column: pl.Expr) -> pl.Expr:
    return column.cast(pl.String).str.strip_chars(BLANKS)


def _parse_first_forms(orders: pl.LazyFrame, forms: Sequence[tuple[int, str]]) -> pl.LazyFrame:
    """Add the times of the first forms, parsed fast."""
    text = pl.col(ORDER_TIME)
    digit, leap = text.is_between(pl.lit("0"), pl.lit(":")), text.str.ends_with(":60")
    first = [
        pl.when((text.str.len_bytes() == length) & digit & ~leap)
        .then(text)
        .str.to_datetime(form, time_unit="us", strict=False)
        for length, form in forms
    ]
    return orders.with_columns(pl.coalesce(*first, pl.lit(None, dtype=NAIVE)).alias(":time first"))
