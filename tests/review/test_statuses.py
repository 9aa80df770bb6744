"""What statuses show is found, and each is one whatever its white space."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl
import pytest

from tests.review.oddities import HEADER, Case, cases, codes, find_and_settle
from tests.terminal import AS_OF, done

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize("grain", ["order", "line"])
def test_statuses_that_differ_by_white_space_are_one(grain: str, tmp_path: Path) -> None:
    rows = [
        (f"k{row}", f"{row}", "9.00", "2025-06-01", status) for row, status in enumerate(("paid", " paid", "paid\n"))
    ]
    pl.DataFrame(rows, [*HEADER.split(","), "status"], orient="row").write_parquet(tmp_path / "orders.parquet")

    answer = done("check", "--orders", tmp_path / "orders.parquet", *AS_OF, "--grain", grain).out

    assert codes(answer) == []
    assert "paid          3     27.00  yes" in answer


@cases("RFM402", "RFM407", "RFM408", "RFM411")
def test_an_oddity_is_found_and_what_settles_it_does(case: Case, tmp_path: Path) -> None:
    find_and_settle(case, tmp_path)
