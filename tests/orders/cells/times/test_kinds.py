"""Each text that is a time has the kind that its form leaves open or not."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rfm_engine.orders.cells.times.kinds import KINDS, has_offset, time_kind

TEXTS = {
    "dated": ["2025-07-01", "2025/7/1 10:00", "20250701", "2025年7月1日", "2025-W23-4", "2025-156"],
    "either": ["05/06/2025", "5.6.2025 10:00:00"],
    "same": ["05/05/2025"],
    "dmy": ["13/06/2025", "31-12-2025"],
    "mdy": ["06/13/2025"],
    "short": ["5/6/25", "05.06.25 10:00"],
    "excel_serial": ["45839", "45839.5"],
    "epoch_seconds": ["1751328000"],
    "epoch_milliseconds": ["1751328000000"],
    "epoch_microseconds": ["1751328000000000"],
    "buddhist": ["2568-07-01", "01/07/2568"],
    "minguo": ["114/07/01", "民國114年7月1日", "99-01-02"],
    "japanese_era": ["令和7年7月1日", "R7.7.1"],
    "persian": ["1404-04-10"],
    "islamic": ["1446/12/05"],
    None: ["soon", "31/13/2025", "12345678901234567890123", "", "10:00"],
}


@pytest.mark.parametrize("kind", TEXTS)
def test_a_text_has_its_kind(kind: str | None) -> None:
    texts = TEXTS[kind]

    found = pl.DataFrame({"plain": texts}).select(time_kind(pl.col("plain"))).to_series()

    assert dict(zip(texts, found, strict=True)) == dict.fromkeys(texts, kind)
    assert kind is None or kind in KINDS


@given(st.dates(date(1990, 1, 1), date(2090, 1, 1)))
def test_two_numbers_before_a_year_are_open_if_both_can_be_a_month(day: date) -> None:
    texts = [f"{day:%d/%m/%Y}", f"{day:%m/%d/%Y}"]
    expected = ["same"] * 2 if day.day == day.month else ["either"] * 2 if day.day <= 12 else ["dmy", "mdy"]

    assert pl.DataFrame({"plain": texts}).select(time_kind(pl.col("plain"))).to_series().to_list() == expected


def test_an_offset_is_seen_behind_a_clock_alone() -> None:
    texts = {
        "2025-07-01T10:00:00Z": True,
        "2025-07-01 10:00:00.5 +08:00": True,
        "2025-07-01 10:00 -0500": True,
        "2025-07-01 10:00:00": False,
        "2025-07-01": False,
        "01-07-2025": False,
    }

    found = pl.DataFrame({"plain": [*texts]}).select(has_offset(pl.col("plain"))).to_series()

    assert dict(zip(texts, found, strict=True)) == texts
