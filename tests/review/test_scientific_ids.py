"""Ids that a spreadsheet cut to a power of ten are asked about."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.terminal import AS_OF, done, rfm

if TYPE_CHECKING:
    from pathlib import Path

HEADER = "customer_id,order_id,order_amount,order_time"


@pytest.mark.parametrize(
    ("line", "fix"),
    [
        ("1.38E+10,{n},9.00,2025-06-0{n}", ("--accept", "RFM305")),
        ("p{n},2.02E+18,9.00,2025-06-0{n}", ("--column", "order_id=none")),
    ],
)
def test_ids_that_lost_their_digits_are_asked_about(line: str, fix: tuple[str, str], tmp_path: Path) -> None:
    path = tmp_path / "o.csv"
    path.write_text("\n".join([HEADER, *(line.format(n=n) for n in range(1, 4)), ""]), "utf-8")
    words = ("run", "--orders", path, *AS_OF, "--output", tmp_path / "out")

    answer = rfm(*words)

    assert answer.code == 1
    assert "RFM305" in answer.err
    assert "3 rows" in answer.err
    assert fix[1] in answer.err
    done(*words, *fix)
