"""The registry of findings and the page name the same codes."""

from __future__ import annotations

import re
from pathlib import Path

from rfm_engine.finding_kinds import KINDS

PAGE = (Path(__file__).parents[1] / ".github" / "FINDINGS.md").read_text("utf-8")


def test_the_page_has_a_row_for_each_code_with_the_words_of_the_registry() -> None:
    table = PAGE.partition("\n\n|")[2]

    rows = [tuple(cell.strip() for cell in line.strip("|").split("|")) for line in table.splitlines()[2:]]

    assert rows == [(code, kind.meaning, kind.fix) for code, kind in sorted(KINDS.items())]


def test_each_code_has_three_digits_and_a_hundred_that_exists() -> None:
    assert [code for code in KINDS if not re.fullmatch("RFM[1-6][0-9]{2}", code)] == []
