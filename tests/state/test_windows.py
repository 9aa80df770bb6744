"""The days around a window, and windows that move on."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import polars as pl
import pytest

from rfm_engine.state.windows import day_after, day_before, has_days_before
from tests.laws.months import JANUARY, day, reason_of, row, write_month

if TYPE_CHECKING:
    from pathlib import Path


def test_the_days_around_a_day_are_its_neighbours() -> None:
    assert (day_before(date(2025, 3, 1)), day_after(date(2025, 1, 31))) == (date(2025, 2, 28), date(2025, 2, 1))


@pytest.mark.parametrize(
    ("days", "since", "has_earlier"),
    [
        ([], 3, False),
        ([3, 4], 3, False),
        ([4, 2], 3, True),
        ([None], 3, False),
        ([None, 2], 3, True),
        ([2], None, False),
    ],
)
def test_days_lie_before_a_window_that_begins(days: list[int | None], since: int | None, *, has_earlier: bool) -> None:
    dates = pl.Series([None if number is None else day(number) for number in days], dtype=pl.Date)

    assert has_days_before(dates, None if since is None else day(since)) is has_earlier


def test_a_window_beyond_the_last_one_is_read_again(tmp_path: Path) -> None:
    write_month(tmp_path, "m1", [*JANUARY, row("o9", 70)])
    assert reason_of(tmp_path, since=day(0)) == "nothing is kept yet"
    assert reason_of(tmp_path, since=day(2), as_of=day(50)) is None
    assert reason_of(tmp_path, since=day(60), as_of=day(90)) == "the window has no day in common with the last one"


@pytest.mark.parametrize(
    ("since", "as_of", "reason"),
    [
        (5, 40, None),
        (40, 40, None),
        (6, 41, None),
        (5, 39, "the window moved back"),
        (4, 40, "the window moved back"),
        (4, 41, "the window moved back"),
        (None, 41, "the window moved back"),
        (41, 42, "the window has no day in common with the last one"),
    ],
)
def test_a_window_that_moves_on_is_answered_while_it_meets_the_last_one(
    tmp_path: Path, since: int | None, as_of: int, reason: str | None
) -> None:
    write_month(tmp_path, "m1", [row(f"o{number}", number) for number in (3, 4, 5, 6, 39, 40, 41, 42)])
    assert reason_of(tmp_path, since=day(5)) == "nothing is kept yet"
    assert reason_of(tmp_path, since=None if since is None else day(since), as_of=day(as_of)) == reason
