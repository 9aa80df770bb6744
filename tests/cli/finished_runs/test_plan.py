"""What cannot be planned is refused in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.terminal import rfm

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--month", "2025-13"], "a month such as 2025-07"),
        (["--done", "x.csv"], "--after"),
        (["--after", "nowhere"], "no plan there"),
        (["--owner-by", "shoe_size"], "no such column"),
        (["--calendar", "XX"], "no such country"),
    ],
)
def test_what_cannot_be_planned_is_refused_in_words(monthly_runs: Path, words: list[str], said: str) -> None:
    answer = rfm("plan", monthly_runs / "2025-07-01" / "sichuan-hiking", *words)
    assert answer.code == 2
    assert said in answer.err
