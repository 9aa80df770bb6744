"""A finding is one line that begins with its code; the registry, the page and the listing name the same codes."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from rfm_engine.errors import DataError
from rfm_engine.finding_kinds import KINDS
from rfm_engine.findings import Finding, refuse_findings
from tests.terminal import done

PAGE = (Path(__file__).parents[1] / ".github" / "FINDINGS.md").read_text("utf-8")


def test_the_page_has_a_row_for_each_code_with_the_words_of_the_registry() -> None:
    table = PAGE.partition("\n\n|")[2]

    rows = [tuple(cell.strip() for cell in line.strip("|").split("|")) for line in table.splitlines()[2:]]

    assert rows == [(code, kind.meaning, kind.fix) for code, kind in sorted(KINDS.items())]


def test_each_code_has_three_digits_and_a_hundred_that_exists() -> None:
    assert [code for code in KINDS if not re.fullmatch("RFM[1-6][0-9]{2}", code)] == []


def test_the_command_lists_every_code_with_its_meaning() -> None:
    printed = " ".join(done("findings").out.split())

    assert [code for code, kind in KINDS.items() if f"{code} {kind.meaning} {kind.fix}" not in printed] == []


def test_an_unknown_code_is_no_finding() -> None:
    with pytest.raises(KeyError):
        Finding("RFM999", "nothing")


def test_eight_samples_are_shown_and_long_ones_are_cut() -> None:
    line = str(Finding("RFM401", "two words", ("a\x1b", "b" * 99, *"cdefghi")))

    assert line.startswith("RFM401 two words, such as ")
    assert "bbb..." in line
    assert "'h'" in line
    assert "'i'" not in line
    assert "\x1b" not in line


def test_a_strict_run_lists_all_that_is_not_accepted_and_what_to_type() -> None:
    refuse_findings([Finding("RFM401", "x")], ["RFM401"])

    with pytest.raises(DataError, match=r"(?s)--accept RFM401.*RFM401 first.*RFM401 second"):
        refuse_findings([Finding("RFM401", "first"), Finding("RFM401", "second")], [])
