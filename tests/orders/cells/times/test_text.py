"""Text that holds a time is made plain: names of months and days, years of two digits."""

from __future__ import annotations

from datetime import datetime

import pytest

from rfm_engine.orders.read_options import ReadOptions
from tests.orders.cells.definitions import parse


@pytest.mark.parametrize(
    "text", ["Jul-25-2026", "Jul/5/2026", "Jul. 5, 2026", "July 5 2026", "5-Jul-2026", "2026-Jul-5"]
)
def test_the_name_of_a_month_may_stand_before_the_day_with_any_mark(text: str) -> None:
    day = 25 if "25" in text else 5

    assert parse({"time": [text]}, ReadOptions())["order_time"].to_list() == [datetime(2026, 7, day)]


@pytest.mark.parametrize(
    "text", ["２０２５－０７－０１", "２０２５年７月１日", "\u30002025/7/1\u00a0", "\ufeff2025-07-01", "20250701"]
)
def test_width_and_white_space_of_a_time_change_nothing(text: str) -> None:
    assert parse({"time": [text]})["order_time"].item() == datetime(2025, 7, 1)


@pytest.mark.parametrize(
    "text",
    [
        "Di, 2025-07-01",
        "Dienstag, 1. Juli 2025",
        "mardi 1 juillet 2025",
        "martes, 1 de julio de 2025",
        "Tue 1 Jul 2025",
    ],
)
def test_the_name_of_the_day_before_a_date_changes_nothing(text: str) -> None:
    assert parse({"time": [text]})["order_time"].item() == datetime(2025, 7, 1)
