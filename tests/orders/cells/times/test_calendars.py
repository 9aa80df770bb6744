"""Dates of the Persian calendar are the days that they are in ours."""

from __future__ import annotations

from datetime import date, timedelta

import polars as pl
import pytest

from rfm_engine.orders.cells.times.calendars import persian_day
from rfm_engine.orders.read_options import ReadOptions
from tests.orders.cells.definitions import parse


def days_of(*dates: tuple[int, int, int]) -> list[date | None]:
    frame = pl.DataFrame(dates, schema=("year", "month", "day"), orient="row", strict=False)
    return frame.select(persian_day(pl.col("year"), pl.col("month"), pl.col("day"))).to_series().to_list()


def test_known_days_are_those_of_almanacs() -> None:
    known = {
        (1357, 11, 22): date(1979, 2, 11),
        (1399, 12, 30): date(2021, 3, 20),
        (1400, 1, 1): date(2021, 3, 21),
        (1403, 1, 1): date(2024, 3, 20),
        (1403, 12, 30): date(2025, 3, 20),
        (1404, 1, 1): date(2025, 3, 21),
    }

    assert days_of(*known) == [*known.values()]


def test_each_day_follows_the_one_before() -> None:
    dates = [(year, month, day) for year in range(1340, 1430) for month in range(1, 13) for day in range(1, 32)]

    found = [day for day in days_of(*dates) if day is not None]

    assert found == [found[0] + timedelta(days=number) for number in range(len(found))]
    assert len(found) == (date(2051, 3, 21) - date(1961, 3, 21)).days


@pytest.mark.parametrize("text", ["1404/03/15 12:30", "1404-3-15 12:30", "۱۴۰۴/۰۳/۱۵ ۱۲:۳۰"])
def test_times_are_read_with_the_option(text: str) -> None:
    found = parse({"time": [text, "1404/12/30"]}, ReadOptions(order_time_format="persian"))

    assert [str(time) for time in found["order_time"]] == ["2025-06-05 12:30:00", "None"]
