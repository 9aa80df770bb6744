"""Spellings of regions are found, those left out, and columns that no one reads."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.review.oddities import Case, cases, find_and_settle

if TYPE_CHECKING:
    from pathlib import Path


@cases("RFM501", "RFM502", "RFM503")
def test_an_oddity_is_found_and_what_settles_it_does(case: Case, tmp_path: Path) -> None:
    find_and_settle(case, tmp_path)
