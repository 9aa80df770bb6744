"""What is read by weight is a finding, and usual files have none."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.orders.understanding.text_orders import HEADER, USUAL, run
from tests.terminal import read_rows

if TYPE_CHECKING:
    from pathlib import Path


def test_what_is_read_by_weight_is_a_finding(tmp_path: Path) -> None:
    code, words = run(tmp_path, HEADER + 'a,"1,234",45813\nb,99,45828.5\n')

    assert (code, "RFM201" in words, "RFM202" in words) == (0, True, True)
    rows = read_rows(tmp_path / "output" / "o" / "customers.csv")
    assert [(row["monetary"], row["last_order_time"][:10]) for row in rows] == [
        ("1234.00", "2025-06-05"),
        ("99.00", "2025-06-20"),
    ]


def test_usual_files_have_no_finding_of_their_cells(tmp_path: Path) -> None:
    assert "RFM2" not in run(tmp_path, HEADER + USUAL)[1]
