"""What the files and their columns show is found: copies, prices, refunds, currencies."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.review.oddities import Case, cases, find_and_settle

if TYPE_CHECKING:
    from pathlib import Path


@cases("RFM101", "RFM102", "RFM240", "RFM241", "RFM242", "RFM243")
def test_an_oddity_is_found_and_what_settles_it_does(case: Case, tmp_path: Path) -> None:
    find_and_settle(case, tmp_path)
