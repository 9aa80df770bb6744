"""Every form of a time at once, and each next to the one that it is taken for if a step is wrong."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from itertools import product
from typing import TYPE_CHECKING

import polars as pl
import pytest

from rfm_engine.errors import DataError
from rfm_engine.orders.read_options import ReadOptions
from rfm_engine.orders.reading import read
from tests.orders.cells.definitions import parse, time_of
from tests.orders.readers.files import order_files

if TYPE_CHECKING:
    from pathlib import Path

DATES = [
    *("2025-07-01", "2025-7-1", "2025/07/01", "2025/12/9", "2025.7.1", "2025年7月1日", "2025年12月31日", "20250701"),
    *("2025- 7- 1", "2025/ 7/11", "2025. 7.1", "1000-01-01", "0998-12-31", "9999-12-30", "2024-02-29", "2025-02-29"),
    *("2025-00-10", "2025-13-01", "2025-01-32", "2025-07/01", "25-07-01", "202507-01", " 2025-07-01 ", "2025-07-1 "),
    *("2025-07-001", "x2025-07-01", "2025-07-01x", "20251301", "2025071", "12025-07-01"),
]
CLOCKS = [
    *("", " 00:00:00", " 23:59:59", "T23:59:59", "t07:08:09", " 7:08", " 07:08", "  7:08:09", " 24:00:00", " 23:60:00"),
    *(" 23:59:60", " 23:59:61", " 07: 8: 9", " 07:08:09.5", " 07:08:09.123456", " 07:08:09.123456789", " 7", " 07:8"),
    *(" 07:08:09.1234567890", " 07:08:", " 07:08.5", "07:08:09", " 07:08:9", " 23:59:59.999999", " 23:59:59.9999999"),
]
OFFSETS = ["", "Z", "z", "+08:00", "-0930", " +08:00", "+23:59", "-2359", "+24:00", "+00:60", "+8", "+08:", "-00:01"]


@pytest.mark.parametrize("zone", [None, "Asia/Shanghai", "America/New_York"])
def test_a_time_in_any_form_is_the_one_that_it_means(zone: str | None) -> None:
    texts = [date + clock + offset for date, clock, offset in product(DATES, CLOCKS, OFFSETS)]

    result = parse({"time": texts}, ReadOptions(time_zone=zone))

    expected = [time_of(text, zone) for text in texts]
    bounded = [time if time and time.year >= 1000 else None for time in expected]
    wrong = [each for each in zip(texts, result["order_time"], bounded, strict=True) if each[1] != each[2]]
    assert wrong == []
    assert result.schema["order_time"] == pl.Datetime("us")


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


def test_a_given_form_takes_the_offset_that_it_names_and_no_other() -> None:
    text = [" 01/07/2025 02:03:04 +0530\t", "01/07/2025 02:03:04"]
    form = "%d/%m/%Y %H:%M:%S %z"

    readings = parse({"time": text}, ReadOptions(order_time_format=form, time_zone="Asia/Shanghai"))
    plain = parse({"time": text}, ReadOptions(order_time_format=form.removesuffix(" %z")))

    assert readings["order_time"].to_list() == [datetime(2025, 7, 1, 4, 33, 4), None]
    assert readings.schema["order_time"] == pl.Datetime("us")
    assert plain["order_time"].to_list() == [None, datetime(2025, 7, 1, 2, 3, 4)]


def test_a_number_is_read_as_the_date_that_its_digits_write() -> None:
    result = parse({"time": [20250701, 1_751_328_000, None]}, time=pl.Int64)

    assert result["order_time"].to_list() == [datetime(2025, 7, 1), None, None]


def test_a_typed_time_is_written_as_it_reads() -> None:
    result = parse({"time": [datetime(2025, 7, 1, 2, 3, 4), None]}, time=pl.Datetime("ms"))

    assert result["order_time_text"].to_list() == ["2025-07-01 02:03:04.000", None]


@pytest.mark.parametrize(
    "text", ["Jul-25-2026", "Jul/5/2026", "Jul. 5, 2026", "July 5 2026", "5-Jul-2026", "2026-Jul-5"]
)
def test_the_name_of_a_month_may_stand_before_the_day_with_any_mark(text: str) -> None:
    day = 25 if "25" in text else 5

    assert parse({"time": [text]}, ReadOptions())["order_time"].to_list() == [datetime(2026, 7, day)]


@pytest.mark.parametrize("text", ["Jul-25-26", "Jul 25 26", "Jul 25, 26", "25-Jul-26"])
@pytest.mark.parametrize("order", ["mdy", "dmy"])
def test_a_year_of_two_digits_beside_the_name_of_a_month_has_one_reading(text: str, order: str) -> None:
    read = parse({"time": [text, "Jul 25 10:00"]}, ReadOptions(order_time_format=order))

    assert read["order_time"].to_list() == [datetime(2026, 7, 25), None]


@pytest.mark.parametrize(
    ("texts", "orders"),
    [
        (("03/05/25", "03/16/25"), ["mdy"]),
        (("1.5.25", "31.5.25 10:00"), ["dmy"]),
        (("5/3/25", "6/4/25"), ["dmy", "mdy"]),
        (("05/03/25", "06/04/25"), ["ymd", "dmy", "mdy"]),
    ],
)
def test_only_readings_in_which_years_of_two_digits_make_dates_are_offered(
    texts: tuple[str, ...], orders: list[str], tmp_path: Path
) -> None:
    rows = "".join(f"c{number},{number},9.00,{text}\n" for number, text in enumerate(texts))
    (tmp_path / "o.csv").write_text(f"customer_id,order_id,order_amount,order_time\n{rows}", "utf-8")

    with pytest.raises(DataError) as error:
        read(order_files([tmp_path / "o.csv"]))

    assert re.findall("--order-time-format (...)", str(error.value)) == orders
