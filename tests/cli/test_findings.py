"""Findings are printed under the ledger, recorded, silenced by code, and refused by a strict run."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.conftest import DATASETS
from tests.terminal import AS_OF, done, record_of, rfm

if TYPE_CHECKING:
    from pathlib import Path

LINES = """\
client id,chit number,amount,date
ann,7,10.00,2025-06-01
ann,7,5.00,2025-06-01
bob,8,3.00,2025-06-02
"""


@pytest.fixture
def receipts(tmp_path: Path) -> Path:
    path = tmp_path / "receipts.csv"
    path.write_text(LINES, "utf-8")
    return path


def list_codes(out: str) -> list[str]:
    """Return the printed lines that begin with a code."""
    return [line for line in out.splitlines() if line.startswith("RFM")]


def test_run_and_check_print_the_same_line_and_run_json_keeps_it(receipts: Path, tmp_path: Path) -> None:
    printed = list_codes(done("run", "--orders", receipts, *AS_OF, "--output", tmp_path / "out").out)

    assert [line.split()[0] for line in printed] == ["RFM401"]
    assert "1 row on the same day" in printed[0]
    assert "'chit number'" in printed[0]
    assert list_codes(done("check", "--orders", receipts, *AS_OF).out) == printed
    kept = record_of(tmp_path / "out" / "receipts")["findings"]
    assert [(one["code"], one["accepted"]) for one in kept] == [("RFM401", False)]


def test_an_accepted_code_is_silent_but_recorded(receipts: Path, tmp_path: Path) -> None:
    answer = done("run", "--orders", receipts, *AS_OF, "--output", tmp_path / "out", "--accept", "RFM401", "--strict")

    assert list_codes(answer.out) == []
    assert record_of(tmp_path / "out" / "receipts")["findings"][0]["accepted"] is True


def test_a_strict_run_writes_nothing_and_what_its_message_proposes_works(receipts: Path, tmp_path: Path) -> None:
    words = ("run", "--orders", receipts, *AS_OF, "--output", tmp_path / "out", "--strict")

    answer = rfm(*words)

    assert answer.code == 1
    assert "type --accept RFM401" in answer.err
    assert not list((tmp_path / "out").rglob("customers.csv"))
    assert done(*words, "--column", "order_id=chit number", "--grain", "line").code == 0


def test_a_code_that_does_not_exist_is_refused_with_the_nearest(receipts: Path) -> None:
    answer = rfm("check", "--orders", receipts, *AS_OF, "--accept", "RFM6O1")

    assert answer.code == 2
    assert "did you mean 'RFM601'" in answer.err


def test_the_bundled_datasets_have_no_finding() -> None:
    assert list_codes(done("check", *sorted(path for path in DATASETS.iterdir() if path.is_dir())).out) == []
