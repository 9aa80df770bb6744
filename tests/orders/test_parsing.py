"""Cells against `decimal`, `re` and `datetime`."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from decimal import ROUND_HALF_UP, Context, Decimal
from typing import Any, get_args
from zoneinfo import ZoneInfo

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rfm_engine.errors import DataError
from rfm_engine.orders.amounts import LIMIT
from rfm_engine.orders.parsing import amount_fault, parse_orders, time_fault
from rfm_engine.orders.read_options import ReadOptions, Unit

MAPPING = {"customer_id": "who", "order_amount": "amount", "order_time": "time"}
EXACT = Context(prec=2_000)
AMOUNT = re.compile(r"[+-]? *(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:e[+-]?[0-9]{1,3})?", re.IGNORECASE)

digits = st.text("0123456789", max_size=18)
numbers = st.builds(
    "{}{}{}{}{}".format,
    st.sampled_from(["", "", "-", "+"]),
    digits,
    st.sampled_from(["", ".", "."]),
    digits,
    st.sampled_from(["", "", "", "e3", "E-2", "e-18", "e+12", "e-400", "e400"]),
)
junk = st.text("0123456789.,-+eE_ xinfa¥元()", max_size=12)
amounts = st.one_of(
    numbers,
    junk,
    st.integers(-(10**7), 10**7).map(lambda fen: f"{Decimal(fen).scaleb(-2)}"),
    st.floats(allow_nan=True, allow_infinity=True).map(str),
)


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


@settings(max_examples=300, deadline=None)
@given(st.lists(amounts, min_size=1, max_size=30), st.sampled_from(get_args(Unit)))
def test_an_amount_in_text_is_what_decimal_says(texts: list[str], unit: Unit) -> None:
    source = ReadOptions(unit=unit)
    plain = [text for text in texts if not re.search("[,¥元]", text)] or ["1"]

    result = parse({"amount": plain}, source)

    expected = [fen_of(text, source.fen_per_unit) for text in plain]
    assert result["order_amount_fen"].to_list() == [fen for fen, _ in expected]
    assert [
        rounded
        for fen, rounded in zip(result["order_amount_fen"], result["order_amount_rounded"], strict=True)
        if fen is not None
    ] == [rounded for fen, rounded in expected if fen is not None]


@settings(max_examples=200, deadline=None)
@given(st.lists(st.floats() | st.integers(-(10**9), 10**9).map(lambda fen: fen / 100), min_size=1, max_size=30))
def test_a_float_means_its_shortest_decimal_text(values: list[float]) -> None:
    result = parse({"amount": values}, amount=pl.Float64)

    expected = [fen_of(repr(value), 100) for value in values]
    assert result["order_amount_fen"].to_list() == [fen for fen, _ in expected]
    assert result["order_amount_rounded"].to_list() == [rounded for _, rounded in expected]


@settings(max_examples=100, deadline=None)
@given(st.lists(st.integers(-(2**63), 2**63 - 1), min_size=1, max_size=20), st.sampled_from(get_args(Unit)))
def test_whole_numbers_are_exact(values: list[int], unit: Unit) -> None:
    source = ReadOptions(unit=unit)

    result = parse({"amount": values}, source, amount=pl.Int64)

    fen = [value * source.fen_per_unit for value in values]
    assert result["order_amount_fen"].to_list() == [one if abs(one) < LIMIT else None for one in fen]


@settings(max_examples=100, deadline=None)
@given(st.lists(st.decimals(-(10**12), 10**12, places=4), min_size=1, max_size=20))
def test_decimals_are_exact(values: list[Decimal]) -> None:
    result = parse({"amount": values}, amount=pl.Decimal(38, 4))

    assert result["order_amount_fen"].to_list() == [fen_of(f"{value:f}", 100)[0] for value in values]


@settings(max_examples=100, deadline=None)
@given(
    st.integers(-LIMIT + 1, LIMIT - 1),
    st.sampled_from(["¥{}", "￥ {}", "{}元", "{} CNY", "rmb{}", " {}\u3000", "\u00a0{}", "\ufeff{}"]),
    st.sampled_from(["0", "０"]),
    st.sampled_from([",.", ".,"]),
)
def test_separators_signs_of_currency_and_full_width_digits_change_nothing(
    fen: int,
    form: str,
    nought: str,
    marks: str,
) -> None:
    text = form.format(f"{Decimal(fen).scaleb(-2):,.2f}")
    text = text.translate(str.maketrans(",.", marks))
    text = text.translate({ord("0") + digit: ord(nought) + digit for digit in range(10)})

    result = parse({"amount": [text]}, ReadOptions(decimal_comma=marks == ".,"))

    assert result["order_amount_fen"].item() == fen


@pytest.mark.parametrize(
    "text",
    [
        "1,23",
        "1234,567",
        "0,005",
        "()",
        "(5)",
        "-¥-5",
        "0x1F",
        "1_000",
        "inf",
        "nan",
        "1.2.3",
        "1.234,50",
        "٣",
        "5%",
        "1e",
        ".",
        "-",
        "五",
        "1 234",
    ],
)
def test_what_is_no_amount_is_never_one(text: str) -> None:
    result = parse({"amount": [text]})

    assert result.select("order_amount_fen", "amount_fault", "order_amount_text").row(0) == (
        None,
        "not an amount",
        text,
    )


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("1e11", "out of range"),
        ("99999999999.995", "out of range"),
        ("", "missing"),
        (" \u3000", "missing"),
        (None, "missing"),
        ("99999999999.99", None),
    ],
)
def test_the_fault_of_an_amount_is_told(text: str | None, fault: str | None) -> None:
    assert parse({"amount": [text]})["amount_fault"].item() == fault


TIME = re.compile(
    r"(?P<y>\d{4})(?:-([ \d]?\d)-([ \d]?\d)|/([ \d]?\d)/([ \d]?\d)|\.([ \d]?\d)\.([ \d]?\d)"
    r"|年([ \d]?\d)月([ \d]?\d)日|(\d\d)(\d\d))"
    r"(?:[ T]+(?P<H>\d\d?):(?P<M>[ \d]\d)(?::(?P<S>[ \d]\d)(?:\.(?P<f>\d{1,9}))?)?\s*(?P<z>Z|[+-]\d\d:?\d\d)?)?",
    re.ASCII | re.IGNORECASE,
)


def time_of(text: str, zone: str | None) -> datetime | None:
    """Return the local time that a text tells, by `re` and `datetime` alone."""
    found = TIME.fullmatch(text.strip())
    if not found or int(found["y"]) < 1000:
        return None
    month, day = (int(one) for one in found.groups()[1:11] if one)
    try:
        hour, minute, second = (int(found[key] or 0) for key in "HMS")
        micros = int((found["f"] or "").ljust(6, "0")[:6])
        time = datetime(int(found["y"]), month, day, hour, minute, second, micros)
        return to_wall_clock(time, found["z"], zone)
    except (ValueError, OverflowError):
        return None


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


dates = st.builds(
    lambda form, y, m, d: form.format(y=y, m=m, d=d),
    st.sampled_from(
        [
            "{y}-{m}-{d}",
            "{y}/{m}/{d}",
            "{y}.{m}.{d}",
            "{y}年{m}月{d}日",
            "{y}-{m:02}-{d:02}",
            "{y}{m:02}{d:02}",
            "{y}-{m}/{d}",
            "{y}-{m:2}-{d:2}",
        ]
    ),
    st.integers(1990, 2030) | st.sampled_from([24, 999, 1000, 20250]),
    st.integers(0, 13),
    st.integers(0, 32),
)
clocks = st.builds(
    lambda form, hour, minute, second: form.format(h=hour, m=minute, s=second),
    st.sampled_from(
        [
            " {h:02}:{m:02}:{s:02}",
            "T{h:02}:{m:02}:{s:02}",
            " {h}:{m:02}",
            " {h:02}:{m:02}:{s:02}.123456",
            "T{h:02}:{m:02}:{s:02}.5",
            " {h:02}:{m:2}:{s:2}",
            " {h}",
            "",
        ]
    ),
    st.integers(0, 25),
    st.integers(0, 61),
    st.integers(0, 61),
)
offsets = st.sampled_from(["", "", "", "Z", "+08:00", "-0930", " +08:00", "+25:00", "+8"])
times = st.builds("{}{}{}".format, dates, clocks, offsets) | st.text("0123456789-/.: TZ+年月日", max_size=20)


@settings(max_examples=300, deadline=None)
@given(st.lists(times, min_size=1, max_size=30), st.sampled_from([None, "Asia/Shanghai", "America/New_York"]))
def test_a_time_in_text_is_what_datetime_says(texts: list[str], zone: str | None) -> None:
    result = parse({"time": texts}, ReadOptions(time_zone=zone))

    assert result["order_time"].to_list() == [time_of(text, zone) for text in texts]


@pytest.mark.parametrize(
    "text", ["２０２５－０７－０１", "２０２５年７月１日", "\u30002025/7/1\u00a0", "\ufeff2025-07-01", "20250701"]
)
def test_width_and_white_space_of_a_time_change_nothing(text: str) -> None:
    assert parse({"time": [text]})["order_time"].item() == datetime(2025, 7, 1)


@pytest.mark.parametrize(
    ("text", "fault"), [("25-07-01", "not a time"), ("", "missing"), ("2025-07-01", None), ("1751328000", "not a time")]
)
def test_the_fault_of_a_time_is_told(text: str, fault: str | None) -> None:
    assert parse({"time": [text]})["time_fault"].item() == fault


@settings(max_examples=50, deadline=None)
@given(
    st.lists(st.integers(0, 4 * 10**9).map(lambda seconds: datetime.fromtimestamp(seconds, UTC)), min_size=1),
    st.sampled_from(["ms", "us", "ns"]),
)
def test_an_instant_is_told_by_the_clock_of_the_stated_zone(instants: list[datetime], unit: Any) -> None:  # noqa: ANN401
    zone = "America/New_York"

    result = parse({"time": instants}, ReadOptions(time_zone=zone), time=pl.Datetime(unit, "UTC"))

    expected = [instant.astimezone(ZoneInfo(zone)).replace(tzinfo=None) for instant in instants]
    assert result["order_time"].to_list() == expected


def test_an_instant_without_a_stated_zone_is_refused() -> None:
    with pytest.raises(DataError, match="--time-zone"):
        parse({"time": [datetime(2025, 7, 1, tzinfo=UTC)]})


def test_a_local_time_that_daylight_saving_skips_is_kept() -> None:
    result = parse({"time": ["2025-03-09 02:30:00"]}, ReadOptions(time_zone="America/New_York"))

    assert result["order_time"].item() == datetime(2025, 3, 9, 2, 30)


@pytest.mark.parametrize(
    ("form", "value", "dtype"),
    [
        ("epoch_seconds", 1_751_335_445, pl.Int64),
        ("epoch_milliseconds", "1751335445000", pl.String),
        ("%d/%m/%Y %H:%M:%S", "01/07/2025 10:04:05", pl.String),
        ("%d/%m/%y %H:%M:%S", "01/07/25 10:04:05", pl.String),
        ("%Y-%m-%dT%H:%M:%S%z", "2025-07-01T02:04:05+0000", pl.String),
    ],
)
def test_a_stated_format_is_used(form: str, value: object, dtype: pl.DataType) -> None:
    result = parse({"time": [value]}, ReadOptions(order_time_format=form, time_zone="Asia/Shanghai"), time=dtype)

    assert result["order_time"].item() == datetime(2025, 7, 1, 10, 4, 5)


@pytest.mark.parametrize("count", [2**63 - 1, -(2**63), 10**17])
def test_an_epoch_out_of_all_range_is_no_time(count: int) -> None:
    source = ReadOptions(order_time_format="epoch_seconds", time_zone="UTC")

    assert parse({"time": [count]}, source, time=pl.Int64)["order_time"].item() is None


def test_ids_stay_as_they_are_written() -> None:
    texts = ["007", "17850.0", "1e5", "", None]
    whole = parse({"who": [17850, 7]}, who=pl.Int64)["customer_id"].to_list()
    category = parse({"who": ["b", "a"]}, who=pl.Categorical)["customer_id"]

    assert parse({"who": texts})["customer_id"].to_list() == texts
    assert whole == ["17850", "7"]
    assert category.equals(pl.Series(["b", "a"]))


def test_what_is_not_selected_is_not_computed() -> None:
    raw = pl.LazyFrame({"who": ["c"], "amount": ["1"], "time": ["2025-07-01"], "row": [1]})
    frame = parse_orders(raw, ReadOptions(), MAPPING, place=(pl.col("row").alias("source_row"),), strip=True)

    plan = frame.select("customer_id").explain()

    assert 'PROJECT["who"]' in plan
    assert "amount:" not in plan
    assert "time:" not in plan
