"""A time in any form is the one that it means."""

from __future__ import annotations

from datetime import datetime
from itertools import product

import polars as pl
import pytest

from rfm_engine.orders.read_options import ReadOptions
from tests.orders.cells.definitions import parse, time_of

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


def test_a_given_form_takes_the_offset_that_it_names_and_no_other() -> None:
    text = [" 01/07/2025 02:03:04 +0530\t", "01/07/2025 02:03:04"]
    form = "%d/%m/%Y %H:%M:%S %z"

    readings = parse({"time": text}, ReadOptions(order_time_format=form, time_zone="Asia/Shanghai"))
    plain = parse({"time": text}, ReadOptions(order_time_format=form.removesuffix(" %z")))

    assert readings["order_time"].to_list() == [datetime(2025, 7, 1, 4, 33, 4), None]
    assert readings.schema["order_time"] == pl.Datetime("us")
    assert plain["order_time"].to_list() == [None, datetime(2025, 7, 1, 2, 3, 4)]
