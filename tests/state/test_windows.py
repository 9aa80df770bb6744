"""The days around a window."""

from __future__ import annotations

from datetime import date

from rfm_engine.state.windows import day_after, day_before


def test_the_days_around_a_day_are_its_neighbours() -> None:
    assert (day_before(date(2025, 3, 1)), day_after(date(2025, 1, 31))) == (date(2025, 2, 28), date(2025, 2, 1))
