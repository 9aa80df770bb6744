"""Times in text and typed times are what `datetime` says."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import polars as pl
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from rfm_engine.errors import DataError
from rfm_engine.orders.cells.times.order_times import leave_out_other_days
from rfm_engine.orders.read_options import ReadOptions
from tests.examples import examples
from tests.orders.cells.definitions import parse, time_of

if TYPE_CHECKING:
    from pathlib import Path

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


@settings(max_examples=examples(300), deadline=None)
@given(st.lists(times, min_size=1, max_size=30), st.sampled_from([None, "Asia/Shanghai", "America/New_York"]))
@example(
    ["19700101 0:00", "1970-01-01 08:00+08:00", "1969-12-31T16:00Z", "1970-001", "1970-01-01 00:00:00.5"],
    "Asia/Shanghai",
)
def test_a_time_in_text_is_what_datetime_says(texts: list[str], zone: str | None) -> None:
    result = parse({"time": texts}, ReadOptions(time_zone=zone))

    assert result["order_time"].to_list() == [time_of(text, zone) for text in texts]


@pytest.mark.parametrize(
    ("text", "fault"), [("25-07-01", "not a time"), ("", "missing"), ("2025-07-01", None), ("1751328000", "not a time")]
)
def test_the_fault_of_a_time_is_reported(text: str, fault: str | None) -> None:
    assert parse({"time": [text]})["time_fault"].item() == fault


@settings(max_examples=examples(50), deadline=None)
@given(
    st.lists(st.integers(1, 4 * 10**9).map(lambda seconds: datetime.fromtimestamp(seconds, UTC)), min_size=1),
    st.sampled_from(["ms", "us", "ns"]),
)
def test_an_instant_has_the_clock_of_the_given_zone(instants: list[datetime], unit: Any) -> None:  # noqa: ANN401
    zone = "America/New_York"

    result = parse({"time": instants}, ReadOptions(time_zone=zone), time=pl.Datetime(unit, "UTC"))

    expected = [instant.astimezone(ZoneInfo(zone)).replace(tzinfo=None) for instant in instants]
    assert result["order_time"].to_list() == expected


def test_an_instant_without_a_given_zone_is_refused() -> None:
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
def test_a_given_format_is_used(form: str, value: object, dtype: pl.DataType) -> None:
    result = parse({"time": [value]}, ReadOptions(order_time_format=form, time_zone="Asia/Shanghai"), time=dtype)

    assert result["order_time"].item() == datetime(2025, 7, 1, 10, 4, 5)


@pytest.mark.parametrize("count", [2**63 - 1, -(2**63), 10**17])
def test_an_epoch_out_of_all_range_is_no_time(count: int) -> None:
    source = ReadOptions(order_time_format="epoch_seconds", time_zone="UTC")

    assert parse({"time": [count]}, source, time=pl.Int64)["order_time"].item() is None


@pytest.mark.parametrize(("form", "per_second"), [("epoch_seconds", 1), ("epoch_milliseconds", 1000)])
def test_an_epoch_is_counted_from_1970_to_the_end_of_the_year_9999(form: str, per_second: int) -> None:
    source = ReadOptions(order_time_format=form, time_zone="UTC")
    first, last = -30_610_224_000, 253_402_300_799
    seconds = [0, 1, -1, 86_399, 1_751_328_000, last, last + 1, first, first - 1, 10**12, 10**12 + 1, -(10**12) - 1]
    counts = [*(each * per_second for each in seconds), per_second // 2, 2**63 - 1, -(2**63)]

    result = parse({"time": counts}, source, time=pl.Int64)
    text = parse({"time": [*map(str, counts), "x"]}, source)

    expected = [
        datetime(1970, 1, 1) + timedelta(microseconds=count * (1_000_000 // per_second))
        if first * per_second <= count <= last * per_second and count
        else None
        for count in counts
    ]
    assert result["order_time"].to_list() == expected
    assert text["order_time"].to_list() == [*expected, None]


def test_a_number_is_read_as_the_date_that_its_digits_write() -> None:
    result = parse({"time": [20250701, 1_751_328_000, None]}, time=pl.Int64)

    assert result["order_time"].to_list() == [datetime(2025, 7, 1), None, None]


def test_a_typed_time_is_written_as_it_reads() -> None:
    result = parse({"time": [datetime(2025, 7, 1, 2, 3, 4), None]}, time=pl.Datetime("ms"))

    assert result["order_time_text"].to_list() == ["2025-07-01 02:03:04.000", None]


UNIT_SECONDS: dict[Any, int] = {"ms": 1_000, "us": 1_000_000, "ns": 1_000_000_000}
UNITS: dict[str, tuple[pl.DataType, int]] = {
    "date": (pl.Date(), 1),
    **{unit: (pl.Datetime(unit), 86_400 * per_second) for unit, per_second in UNIT_SECONDS.items()},
    **{f"{unit} UTC": (pl.Datetime(unit, "UTC"), 86_400 * per_second) for unit, per_second in UNIT_SECONDS.items()},
}
DAY_0, LAST = date(1970, 1, 1), 2**63 - 1


@given(st.sampled_from([*UNITS]), st.integers(-719_162, 2_932_856), st.integers(0, 40), st.lists(st.integers(-2, 2)))
@example("ns", 106_751, 0, [0])
@example("ns", -106_752, 1, [0])
@example("ns", 2_932_896, 0, [0])
def test_of_typed_times_those_of_other_days_are_left_out(kind: str, first: int, more: int, offsets: list[int]) -> None:
    (dtype, per_day), last = UNITS[kind], first + more
    edges = [
        day * per_day + offset for day in (first - 1, first, last + 1, last + 2) for offset in (-1, 0, 1, *offsets)
    ]
    bounds = (-(2**31), 2**31 - 1) if dtype == pl.Date() else (-LAST - 1, LAST)
    stored = sorted({max(bounds[0], min(edge, bounds[1])) for edge in [*edges, *bounds]})
    times = pl.LazyFrame({"t": pl.Series([*stored, None], dtype=pl.Int64)}).select(pl.col("t").cast(dtype))
    first_day, last_day = (DAY_0 + timedelta(days=day) for day in (first, last))
    around = 1 if "UTC" in kind else 0

    found = leave_out_other_days(times, "t", first_day, last_day).collect()["t"].to_physical().to_list()

    expected = {each for each in stored if first - around <= each // per_day <= last + around}
    assert {*found} - {-LAST - 1, LAST} <= expected <= {*found}  # the last time of a type stands for those beyond it


def test_text_may_be_of_any_day_and_of_typed_times_a_scan_passes_over_others(tmp_path: Path) -> None:
    texts = pl.LazyFrame({"t": ["2025-01-01", "x", None]})
    assert leave_out_other_days(texts, "t", DAY_0, DAY_0).collect().equals(texts.collect())
    pl.DataFrame({"t": [datetime(2025, 1, 1)]}).write_parquet(tmp_path / "t.parquet")

    left = leave_out_other_days(pl.scan_parquet(tmp_path / "t.parquet"), "t", DAY_0, DAY_0)

    assert "SELECTION" in left.explain()
