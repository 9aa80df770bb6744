"""Customers that were counted elsewhere may bring the ledger of their orders; it must add up."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from rfm_engine.customers.counted import ledger as module
from rfm_engine.customers.counted.ledger import read_ledger
from rfm_engine.errors import DataError
from tests.terminal import done, record_of

if TYPE_CHECKING:
    from pathlib import Path

LEDGERS = {
    "object": '{"read": 10, "used": 7, "duplicates": 1, "order_id: conflicting": 2, "other_status": 0}',
    "rows": '[{"outcome": "used", "row_count": 7}, {"outcome": "order_id: conflicting", "row_count": 2},'
    ' {"outcome": "duplicates", "row_count": 1}]',
    "lines": '{"outcome": "used", "row_count": 7}\n{"outcome": "duplicates", "row_count": 1}\n'
    '{"outcome": "order_id: conflicting", "row_count": "2"}\n',
    "csv": "outcome,row_count\nduplicates,1\norder_id: conflicting,2\nused,7\n",
}
FAULTY = {
    '{"read": 9, "used": 7}': "9 rows were read but 7 are accounted for",
    '{"used": 4}': "4 rows were used, fewer than the 5 orders",
    '{"duplicates": 5}': "0 rows were used, fewer than the 5 orders",
    '{"used": "many"}': "no ledger of outcomes",
    "outcome,row_count\nused,7\nused,7\n": "stands twice",
    '{"used": 7, "duplicates": -1}': "fewer than 0",
}


@pytest.mark.parametrize("form", LEDGERS)
def test_a_ledger_in_any_form_is_that_of_a_run(form: str, tmp_path: Path) -> None:
    (tmp_path / "ledger").write_text(LEDGERS[form], "utf-8")

    ledger = read_ledger(tmp_path / "ledger", orders=7)

    assert (ledger.read, ledger.used, ledger.duplicates, ledger.rejected) == (10, 7, 1, {"order_id: conflicting": 2})


def test_rows_are_accounted_for_by_what_became_of_them(tmp_path: Path) -> None:
    outcomes = {"used": 1, "outside_window": 2, "other_status": 4, "other_region": 8, "duplicates": 16}
    further = {"wholly refunded": 32, "order_time: missing": 64}
    (tmp_path / "ledger").write_text(json.dumps(outcomes | further), "utf-8")

    ledger = read_ledger(tmp_path / "ledger", orders=1)

    assert {name: getattr(ledger, name) for name in outcomes} == outcomes
    assert ledger.left_out == {"wholly refunded": 32}
    assert ledger.rejected == {"order_time: missing": 64}
    assert ledger.read == 127


def test_one_outcome_alone_is_a_ledger(tmp_path: Path) -> None:
    (tmp_path / "ledger").write_text('{"outcome": "used", "row_count": 7}', "utf-8")

    assert read_ledger(tmp_path / "ledger", orders=7).used == 7


def test_a_file_that_is_larger_than_a_ledger_may_be_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "ledger").write_text('{"used": 7}', "utf-8")
    monkeypatch.setattr(module, "MOST_BYTES", 11)

    assert read_ledger(tmp_path / "ledger", orders=7).read == 7
    monkeypatch.setattr(module, "MOST_BYTES", 10)
    with pytest.raises(DataError, match="larger than 10 bytes"):
        read_ledger(tmp_path / "ledger", orders=7)


def test_a_ledger_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="no ledger of outcomes"):
        read_ledger(tmp_path / "ledger", orders=7)


@pytest.mark.parametrize("text", FAULTY)
def test_a_ledger_that_cannot_be_is_refused(text: str, tmp_path: Path) -> None:
    (tmp_path / "ledger").write_text(text, "utf-8")

    with pytest.raises(DataError, match=FAULTY[text]):
        read_ledger(tmp_path / "ledger", orders=5)


def test_the_record_has_the_ledger_and_no_file_of_rejects_is_written(tmp_path: Path) -> None:
    (tmp_path / "c.csv").write_text("customer_id,frequency,monetary,last_order_time\na,7,10,2025-06-01\n", "utf-8")
    (tmp_path / "ledger.json").write_text(LEDGERS["object"], "utf-8")
    words = ("run", "--customers", tmp_path / "c.csv", "--as-of", "2025-07-01", "--output", tmp_path / "out", "--quiet")

    done(*words)
    assert record_of(tmp_path / "out" / "c")["ledger"]["rows_are_customers"] is True
    done(*words, "--ledger", tmp_path / "ledger.json")

    assert record_of(tmp_path / "out" / "c")["ledger"]["read"] == 10
    assert sorted(path.name for path in (tmp_path / "out" / "c").iterdir()) == ["customers.csv", "run.json"]
