"""Totals that stand beside what they are of: in lines of their own, or in a column of their own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.review.oddities import HEADER, codes
from tests.terminal import AS_OF, done

if TYPE_CHECKING:
    from pathlib import Path


def test_totals_beside_the_lines_that_they_are_of_are_found(tmp_path: Path) -> None:
    lines = [
        f"c{order},{order},{price},2025-06-01" for order in (3, 4, 5) for price in (2 * order + 1, order, order + 1)
    ]
    path = tmp_path / "orders.csv"
    path.write_text("\n".join([HEADER, *lines, "d,9,1.50,2025-06-02", ""]), "utf-8")
    words = ("run", "--orders", path, *AS_OF, "--grain", "line", "--output", tmp_path / "out")

    assert "RFM413 one line is the sum of the others, or of some, in each of 3 orders" in done(*words).out
    path.write_text("\n".join([HEADER, *lines, *(f"d,9,{price},2025-06-02" for price in (2, 3, 4)), ""]), "utf-8")
    assert codes(done(*words).out) == []


def test_an_adjusted_amount_that_is_not_read_is_found_where_an_order_has_one(tmp_path: Path) -> None:
    path = tmp_path / "orders.csv"
    words = ("run", "--orders", path, *AS_OF, "--output", tmp_path / "out")
    path.write_text(f"{HEADER},Adjusted Order Total\np,1,9.00,2025-06-01,\nq,2,9.00,2025-06-01,0.00\n", "utf-8")

    assert codes(done(*words).out) == ["RFM244"]
    path.write_text(f"{HEADER},Adjusted Order Total\np,1,9.00,2025-06-01,\nq,2,9.00,2025-06-01,\n", "utf-8")
    assert codes(done(*words).out) == []
