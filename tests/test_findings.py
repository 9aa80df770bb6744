"""A finding is one line that begins with its code; the registry, the page and the listing name the same codes."""

from __future__ import annotations

import pytest

from rfm_engine.errors import DataError
from rfm_engine.findings import Finding, refuse_findings


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
