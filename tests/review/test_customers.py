"""What customer ids show is found: spellings, words for no one, formulas."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.review.oddities import HEADER, Case, cases, codes, find_and_settle
from tests.terminal import AS_OF, done

if TYPE_CHECKING:
    from pathlib import Path


def test_ids_that_differ_in_two_ways_at_once_are_found_with_both(tmp_path: Path) -> None:
    path = tmp_path / "orders.csv"
    path.write_text(f"{HEADER}\nｋ7,1,9.00,2025-06-01\nK7,2,9.00,2025-06-02\n", "utf-8")
    words = ("run", "--orders", path, *AS_OF, "--output", tmp_path / "out")

    found = done(*words).out

    assert "RFM301 2 customer ids that differ from another by full-width signs and case together" in found
    assert codes(done(*words, "--same-id", "width,case").out) == []


@pytest.mark.parametrize(
    "word",
    [
        *("guest", "anon", "anonymous", "no-reply", "noreply", "walk-in", "walkin", "unknown", "dummy"),
        *("游客", "遊客", "散客", "匿名", "访客", "訪客", "路人", "非会员", "非會員", "临时"),
    ],
)
def test_each_word_for_no_customer_is_found_however_it_is_written(word: str, tmp_path: Path) -> None:
    path = tmp_path / "orders.csv"
    lines = [f"{each} 7,{place},9.00,2025-06-0{place}" for place, each in enumerate({word, word.upper()}, start=1)]
    path.write_text("\n".join([HEADER, *lines, "K7,9,9.00,2025-06-02", ""]), "utf-8")

    assert "RFM306" in codes(done("run", "--orders", path, *AS_OF, "--output", tmp_path / "out").out)


@cases("RFM301", "RFM302", "RFM303", "RFM304", "RFM306")
def test_an_oddity_is_found_and_what_settles_it_does(case: Case, tmp_path: Path) -> None:
    find_and_settle(case, tmp_path)
