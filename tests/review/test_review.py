"""Each oddity of the orders is one finding with counts and what settles it, which works; clean files have none."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.review.oddities import HEADER, Case, cases, find_and_settle
from tests.terminal import AS_OF, done, record_of

if TYPE_CHECKING:
    from pathlib import Path


@cases("RFM244", "RFM245", "RFM412")
def test_an_oddity_of_columns_that_no_one_reads_is_found_and_what_settles_it_does(case: Case, tmp_path: Path) -> None:
    find_and_settle(case, tmp_path)


def test_a_clean_file_has_no_finding_even_with_every_column(tmp_path: Path) -> None:
    path = tmp_path / "orders.csv"
    lines = [
        f"C{n % 9:03},{n},9.00,2025-06-0{1 + n % 9},{('Hill', 'Coast')[n % 9 % 2]},s{n % 2},paid" for n in range(99)
    ]
    path.write_text("\n".join([f"{HEADER},region,store_code,status", *lines, ""]), "utf-8")

    done("run", "--orders", path, *AS_OF, "--strict", "--output", tmp_path / "out")

    assert record_of(tmp_path / "out" / "orders")["findings"] == []
