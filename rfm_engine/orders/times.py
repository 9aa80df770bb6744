"""Order times to naive local time: one fast form, the other written forms, instants with a time zone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import polars as pl

from rfm_engine.columns import ORDER_TIME
from rfm_engine.errors import DataError
from rfm_engine.orders.blanks import BLANKS, PLAIN
from rfm_engine.orders.time_formats import EPOCHS, is_instant

if TYPE_CHECKING:
    from rfm_engine.orders.read_options import ReadOptions

NAIVE: Final = pl.Datetime("us")
_EARLIEST: Final = pl.datetime(1000, 1, 1)
_LATEST: Final = pl.datetime(9999, 12, 31, 23, 59, 59, 999_999)
_FIRST_DAY, _LAST_DAY = -354_285, 2_932_896  # the same bounds in days from 1970
_PER_DAY: Final = {"ms": 86_400_000, "us": 86_400_000_000, "ns": 86_400_000_000_000}
_MICROS: Final = 1_000_000
_EPOCH_LIMIT: Final = 10**12  # seconds; beyond the year 9999, and far below what overflows microseconds
DATE_FORMS: Final = {10: "%Y-%m-%d", 19: "%Y-%m-%d %H:%M:%S"}
"""The forms that are tried first, by their length in bytes. Polars takes a blank for a leading 0, so all forms do."""

_DATE: Final = (
    r"([0-9]{4})(?:-([ 0-9]?[0-9])-([ 0-9]?[0-9])|/([ 0-9]?[0-9])/([ 0-9]?[0-9])|\.([ 0-9]?[0-9])\.([ 0-9]?[0-9])"
    r"|年([ 0-9]?[0-9])月([ 0-9]?[0-9])日|([0-9]{2})([0-9]{2}))"
)

_CLOCK: Final = (
    r"(?:[ T]+([0-9]{1,2}):([ 0-9][0-9])(?::([ 0-9][0-9])(?:\.([0-9]{1,9}))?)?\s*(Z|[+-][0-9]{2}:?[0-9]{2})?)?"
)

_PATTERN: Final = f"(?i)^{_DATE}{_CLOCK}$"
_FULL_WIDTH: Final = PLAIN


def parse_times(orders: pl.LazyFrame, dtype: pl.DataType, options: ReadOptions, *, fallback: bool) -> pl.LazyFrame:
    """Make `order_time` of a frame a naive Datetime("us") in the time zone of the options; null where it is no time.

    A time with an offset or a time zone of its own is converted; without one it is local already, so it may lie in a
    gap or an overlap of daylight saving. Without `fallback` text is null too that has none of the forms tried first.

    Raises:
        DataError: The column has a time zone and the options give none.
    """
    if dtype.is_temporal():
        return orders.with_columns(_from_typed(dtype, options).alias(ORDER_TIME))
    if options.order_time_format in EPOCHS:
        return orders.with_columns(_within_years(_from_epoch(options)))
    if options.order_time_format:
        return orders.with_columns(_within_years(_from_format(options.order_time_format, options)))
    first = _parse_first_forms(orders.with_columns(pl.col(ORDER_TIME).cast(pl.String)))
    found = _fill_unparsed(first, options) if fallback else first
    return found.with_columns(_within_years(pl.col("time: first")))


def time_text(dtype: pl.DataType) -> pl.Expr:
    """Return `order_time` as text; a typed time beyond the years 1000 to 9999 as the number that it is stored as."""
    time = pl.col(ORDER_TIME)
    if not isinstance(dtype, pl.Date | pl.Datetime):
        return time.cast(pl.String)
    return pl.coalesce(_typed_within_years(dtype).cast(pl.String), time.to_physical().cast(pl.String))


def _typed_within_years(dtype: pl.Date | pl.Datetime) -> pl.Expr:
    """Return typed times within the years 1000 to 9999, else null; Polars panics where it shows or converts others."""
    per_day = 1 if isinstance(dtype, pl.Date) else _PER_DAY[dtype.time_unit]
    first, after = max(_FIRST_DAY * per_day, -(2**63)), min((_LAST_DAY + 1) * per_day, 2**63)
    return pl.when(pl.col(ORDER_TIME).to_physical().is_between(first, after - 1)).then(pl.col(ORDER_TIME))


def _within_years(time: pl.Expr) -> pl.Expr:
    return pl.when(time.is_between(_EARLIEST, _LATEST)).then(time).alias(ORDER_TIME)


def _to_wall_clock(instant: pl.Expr, options: ReadOptions) -> pl.Expr:
    """Return the wall clock of the source's time zone at an instant in UTC; null without a time zone."""
    if options.time_zone is None:
        return pl.lit(None, dtype=NAIVE)
    return instant.dt.replace_time_zone("UTC").dt.convert_time_zone(options.time_zone).dt.replace_time_zone(None)


def _from_typed(dtype: pl.DataType, options: ReadOptions) -> pl.Expr:
    if not isinstance(dtype, pl.Date | pl.Datetime):
        return pl.lit(None, dtype=NAIVE)
    time = _typed_within_years(dtype)
    if isinstance(dtype, pl.Datetime) and dtype.time_zone is not None:
        if options.time_zone is None:
            message = f"order_time has the time zone {dtype.time_zone}: state the one to count days in (--time-zone)"
            raise DataError(message)
        time = _to_wall_clock(time.dt.convert_time_zone("UTC").dt.replace_time_zone(None), options)
    return time.cast(NAIVE)


def _from_epoch(options: ReadOptions) -> pl.Expr:
    per_second = EPOCHS[str(options.order_time_format)]
    text = pl.col(ORDER_TIME).cast(pl.String).str.strip_chars(BLANKS)
    count = text.cast(pl.Int64, strict=False)
    limit = min(_EPOCH_LIMIT * per_second, 2**63 - 1)
    sane = pl.when(count.is_between(-limit, limit)).then(count)
    micros = sane * (_MICROS // per_second) if per_second <= _MICROS else sane // (per_second // _MICROS)
    return _to_wall_clock(micros.cast(NAIVE), options)


def _from_format(form: str, options: ReadOptions) -> pl.Expr:
    text = pl.col(ORDER_TIME).cast(pl.String).str.strip_chars(BLANKS).str.strip_chars()
    time = text.str.to_datetime(form, time_unit="us", strict=False)
    return _to_wall_clock(time.dt.replace_time_zone(None), options) if is_instant(form) else time


def _parse_first_forms(orders: pl.LazyFrame) -> pl.LazyFrame:
    """Add the times of the first forms, parsed fast."""
    text = pl.col(ORDER_TIME)
    digit, leap = text.is_between(pl.lit("1"), pl.lit(":")), text.str.ends_with(":60")
    first = [
        pl.when((text.str.len_bytes() == length) & digit & ~leap)
        .then(text)
        .str.to_datetime(form, time_unit="us", strict=False)
        for length, form in DATE_FORMS.items()
    ]
    return orders.with_columns(pl.coalesce(first).alias("time: first"))


def _fill_unparsed(orders: pl.LazyFrame, options: ReadOptions) -> pl.LazyFrame:
    """Fill in the times of other forms; where there are none, that costs next to nothing."""
    return (
        orders.with_columns(pl.when(pl.col("time: first").is_null()).then(ORDER_TIME).alias("time: unparsed"))
        .pipe(_parse_by_pattern, options)
        .with_columns(pl.coalesce("time: first", "time: by pattern").alias("time: first"))
    )


def _parse_by_pattern(orders: pl.LazyFrame, options: ReadOptions) -> pl.LazyFrame:
    """Add the times of other forms, by their parts."""
    part = [pl.col("time: parts").struct.field(str(position)) for position in range(1, 17)]
    month, day = pl.coalesce(part[1:10:2]), pl.coalesce(part[2:11:2])
    clock = [part[11].fill_null("0"), part[12].fill_null("0"), part[13].fill_null("0")]
    plain = pl.concat_str(part[0], month, day, *clock, separator=" ")
    clean = pl.col("time: unparsed").str.strip_chars(BLANKS).str.replace_many(_FULL_WIDTH).str.strip_chars()
    micros = part[14].str.pad_end(6, "0").str.slice(0, 6).cast(pl.Int64).fill_null(0)
    time, offset = pl.col("time: by pattern"), pl.col("time: offset")
    return (
        orders.with_columns(clean.str.extract_groups(_PATTERN).alias("time: parts"))
        .with_columns(
            pl.when(part[13].fill_null("0") < "60").then(plain).alias("time: plain"),
            micros.alias("time: micros"),
            part[15].alias("time: offset"),
        )
        .with_columns(
            pl.col("time: plain")
            .str.to_datetime("%Y %m %d %H %M %S", time_unit="us", strict=False)
            .alias("time: by pattern")
        )
        .with_columns(time + pl.duration(microseconds="time: micros"))
        .with_columns(pl.when(offset.is_null()).then(time).otherwise(_to_wall_clock(time - _offset(offset), options)))
    )


def _offset(text: pl.Expr) -> pl.Expr:
    """Return the duration that an offset such as Z or +08:00 is ahead of UTC; null where it is none."""
    hours, minutes = text.str.slice(1, 2).cast(pl.Int64, strict=False), text.str.slice(-2).cast(pl.Int64, strict=False)
    size = pl.when(text.str.len_bytes() == 1).then(0).when((hours < 24) & (minutes < 60)).then(hours * 60 + minutes)  # noqa: PLR2004
    return pl.duration(minutes=pl.when(text.str.starts_with("-")).then(-size).otherwise(size))
