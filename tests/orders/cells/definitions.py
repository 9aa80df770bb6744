"""What a cell means, by `decimal`, `re` and `datetime` alone; and one column of cells parsed by the engine."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from decimal import ROUND_HALF_UP, Context, Decimal
from typing import Any
from zoneinfo import ZoneInfo

import polars as pl

from rfm_engine.orders.cells.amounts import LIMIT
from rfm_engine.orders.parsing import amount_fault, parse_orders, time_fault
from rfm_engine.orders.read_options import ReadOptions

MAPPING = {"customer_id": "who", "order_amount": "amount", "order_time": "time"}
EXACT = Context(prec=2_000)
AMOUNT = re.compile(r"[+-]? *(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:e[+-]?[0-9]{1,3})?", re.IGNORECASE)


def parse(values: dict[str, Any], source: ReadOptions | None = None, **schema: Any) -> pl.DataFrame:  # noqa: ANN401
    height = len(next(iter(values.values())))
    columns = {"who": ["c"] * height, "amount": ["1"] * height, "time": ["2025-07-01"] * height} | values
    raw = pl.DataFrame(columns, schema_overrides=schema)
    return (
        parse_orders(raw.lazy(), source or ReadOptions(), MAPPING)
        .with_columns(amount_fault().alias("amount_fault"), time_fault().alias("time_fault"))
        .collect(engine="streaming")
    )


def fen_of(text: str, fen_per_unit: int) -> tuple[int | None, bool | None]:
    """Return the fen and whether they were rounded, by the decimal module alone."""
    if not AMOUNT.fullmatch(text.strip()):
        return None, None
    exact = EXACT.multiply(Decimal(text.replace(" ", "")), Decimal(fen_per_unit))
    whole = exact.quantize(Decimal(1), ROUND_HALF_UP, EXACT)
    return (int(whole) if abs(whole) < LIMIT else None), whole != exact


TIME = re.compile(
    r"(?P<y>\d{4})(?:-([ \d]?\d)-([ \d]?\d)|/([ \d]?\d)/([ \d]?\d)|\.([ \d]?\d)\.([ \d]?\d)"
    r"|年([ \d]?\d)月([ \d]?\d)日|(\d\d)(\d\d))"
    r"(?:(?:[ T]+|(?<=日))(?P<H>\d\d?):(?P<M>[ \d]\d)"
    r"(?::(?P<S>[ \d]\d)(?:\.(?P<f>\d{1,9}))?)?\s*(?P<z>Z|[+-]\d\d:?\d\d)?)?",
    re.ASCII | re.IGNORECASE,
)

NO_TIME = datetime(1970, 1, 1)
"""What programs write where they have no time, by the clock of the text or of the zone."""


def time_of(text: str, zone: str | None) -> datetime | None:
    """Return the local time that a text means, by `re` and `datetime` alone."""
    if re.fullmatch(r"[1-9][0-9]{3}-[0-9]{3}", text.strip()):
        return day_of_year(text.strip())
    found = TIME.fullmatch(text.strip())
    if not found or int(found["y"]) < 1000:
        return None
    month, day = (int(one) for one in found.groups()[1:11] if one)
    try:
        hour, minute, second = (int(found[key] or 0) for key in "HMS")
        micros = int((found["f"] or "").ljust(6, "0")[:6])
        time = datetime(int(found["y"]), month, day, hour, minute, second, micros)
        local = to_wall_clock(time, found["z"], zone)
    except (ValueError, OverflowError):
        return None
    return None if NO_TIME in (time.replace(microsecond=0), local) else local


def day_of_year(text: str) -> datetime | None:
    year, day = map(int, text.split("-"))
    time = datetime(year, 1, 1) + timedelta(days=day - 1)
    return time if time.year == year and time != NO_TIME else None


def to_wall_clock(time: datetime, offset: str | None, zone: str | None) -> datetime | None:
    if offset is None:
        return time
    if zone is None:
        return None
    ahead = timedelta()
    if offset.upper() != "Z":
        hours, minutes = int(offset[1:3]), int(offset[-2:])
        if hours > 23 or minutes > 59:
            return None
        ahead = timedelta(hours=hours, minutes=minutes) * (-1 if offset[0] == "-" else 1)
    return (time - ahead).replace(tzinfo=UTC).astimezone(ZoneInfo(zone)).replace(tzinfo=None)
