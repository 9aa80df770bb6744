"""What customers bought before the window is known when the window moves."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from rfm_engine.orders import failing_rows, staging
from tests.laws.months import day, reason_of, row, write_month

if TYPE_CHECKING:
    from pathlib import Path

FIRST = [("c1", 1), ("c2", 2), ("c2", 12), ("c3", 13), ("c3", 70), ("c4", 14), ("c5", 3), ("c5", 4), ("c1", 5)]
SECOND = [("c6", 6), ("c2", 7), ("c6", 21), ("c7", 22), ("c7", 71), ("c1", 8), ("c4", 38)]
THIRD = [("c1", 26), ("c5", 9), ("c8", 31), ("c8", 72), ("c3", 39)]


@pytest.mark.parametrize("many", [0, staging.MANY])
@pytest.mark.parametrize("text", ["5.00", "1.005"])
def test_rows_before_the_window_and_after_it_are_known_when_it_moves(
    tmp_path: Path, many: int, text: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(staging, "MANY", many)
    monkeypatch.setattr(failing_rows, "BLOCK", 2)
    for name, month in (("m1", FIRST), ("m2", SECOND)):
        orders = [
            row(f"{name}{number:02}", when, customer_id=who, order_amount=text)
            for number, (who, when) in enumerate(month)
        ]
        write_month(tmp_path, name, orders)
    assert reason_of(tmp_path, since=day(10)) == "nothing is kept yet"
    write_month(
        tmp_path, "m3", [row(f"m3{number:02}", when, customer_id=who) for number, (who, when) in enumerate(THIRD)]
    )

    assert reason_of(tmp_path, since=day(10)) is None
    assert reason_of(tmp_path, since=day(13), as_of=day(75)) is None
    assert reason_of(tmp_path, since=day(25), as_of=day(75)) is None
