"""The statement's customers, graded, are those of the engine to the byte; its ledger is the engine's."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import polars as pl
import pytest

import rfm_engine
from tests.sql.currencies import AMOUNTS, orders_in
from tests.sql.nasty_orders import FURTHER, RULE_SETS, nasty_orders
from tests.sql.warehouse import ask_duckdb, grade_counted, write_dataset
from tests.terminal import rfm

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


def test_lists_by_currency_are_counted_in_the_minor_units_of_each(tmp_path: Path) -> None:
    orders = orders_in(AMOUNTS)
    dataset = write_dataset(tmp_path, orders, {"by": ["currency"], "grain": "line"})
    expected = rfm_engine.run(dataset).write(tmp_path / "expected").folder / "customers.csv"

    assert grade_counted(dataset, ask_duckdb(orders, dataset)) == expected.read_bytes()
    assert b",3000.250," in expected.read_bytes()


def test_a_list_of_yen_with_parts_of_a_yen_has_no_sum(tmp_path: Path) -> None:
    orders = orders_in(AMOUNTS | {"JPY": "20.50"})
    dataset = write_dataset(tmp_path, orders, {"by": ["currency"]})

    customers = ask_duckdb(orders, dataset)

    table = dataset / "customers.parquet"
    customers.write_parquet(table)
    refused = rfm("run", dataset, "--customers", table, "--output", tmp_path / "out")
    assert customers.filter(pl.col("monetary").is_null())["currency"].unique().to_list() == ["JPY"]
    assert "with no amount with at most its currency's decimals, such as customer 'JPY" in refused.err
