"""The statement's customers, graded, are those of the engine to the byte; its ledger is the engine's."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

import rfm_engine
from tests.sql.nasty_orders import FURTHER, RULE_SETS, nasty_orders
from tests.sql.warehouse import ask_duckdb, grade_counted, write_dataset

if TYPE_CHECKING:
    from pathlib import Path

ORDERS = nasty_orders()
OUTCOMES = ("used", "outside_window", "other_status", "other_region", "duplicates")


@pytest.mark.parametrize("rules", [*RULE_SETS, *FURTHER], ids=str)
def test_the_graded_customers_and_the_ledger_are_those_of_the_engine(rules: dict[str, Any], tmp_path: Path) -> None:
    dataset = write_dataset(tmp_path, ORDERS, rules)
    run = rfm_engine.run(dataset)

    customers = ask_duckdb(ORDERS, dataset)
    ledger = dict(ask_duckdb(ORDERS, dataset, "--only", "ledger").rows())

    expected = run.write(tmp_path / "expected").folder / "customers.csv"
    assert grade_counted(dataset, customers) == expected.read_bytes()
    outcomes = {name: getattr(run.ledger, name) for name in OUTCOMES} | run.ledger.rejected | run.ledger.left_out
    assert ledger == {name: rows for name, rows in outcomes.items() if rows}
