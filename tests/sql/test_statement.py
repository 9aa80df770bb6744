"""What a statement is made of, and what no statement can say."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

import polars as pl
import pytest

import rfm_engine
from tests.sql.nasty_orders import nasty_orders
from tests.sql.warehouse import ask_duckdb, grade_counted, write_dataset
from tests.terminal import done, rfm

if TYPE_CHECKING:
    from pathlib import Path

ORDERS = nasty_orders(400)
UNSAYABLE: dict[str, dict[str, Any]] = {
    "time_zone: of cells": {"time_zone": "Asia/Shanghai"},
    "same_id: needs": {"same_id": ["case"]},
    "same_region: needs": {"same_region": True},
    "order_total: needs": {"order_total": "repeated"},
    "latest_export: needs": {"latest_export": "wins"},
    "carry: the statement brings": {"carry": ["order_status"]},
    "dormant: needs": {"dormant": True},
    "keep_status 'Ä'": {"keep_status": ["Ä"]},
    "keep_currency kwd: statements count two decimals, and it has 3": {"keep_currency": "kwd"},
}


def test_all_that_no_statement_can_say_is_named_at_once(tmp_path: Path) -> None:
    everything = {key: value for rules in UNSAYABLE.values() for key, value in rules.items()}
    answer = rfm("sql", write_dataset(tmp_path, ORDERS, everything))

    assert answer.code == 2
    assert [words for words in UNSAYABLE if words not in answer.err] == []


@pytest.mark.parametrize(
    ("column", "message"),
    [
        (pl.col("order_amount").cast(pl.String), "order_amount ('order_amount'): String in the files"),
        (pl.col("order_time").dt.replace_time_zone("UTC"), "order_time ('order_time'): Datetime"),
        (pl.lit(1.5).alias("customer_id"), "customer_id ('customer_id'): Float64 in the files"),
    ],
)
def test_cells_of_other_types_are_refused(column: pl.Expr, message: str, tmp_path: Path) -> None:
    assert message in rfm("sql", write_dataset(tmp_path, ORDERS.with_columns(column), {})).err


def test_a_header_that_counts_multiples_needs_the_unit(tmp_path: Path) -> None:
    dataset = write_dataset(tmp_path, ORDERS.rename({"order_amount": "amount_cents"}), {})

    assert "says cents: --unit fen counts them so" in rfm("sql", dataset).err
    assert rfm("sql", dataset, "--unit", "fen").code == 0


@pytest.mark.parametrize("unit", ["fen", "ten_thousand_yuan"])
def test_amounts_in_other_units_come_to_the_same_fen(unit: str, tmp_path: Path) -> None:
    amount = pl.col("order_amount") * 100 if unit == "fen" else pl.col("order_amount").cast(pl.Decimal(20, 6)) / 10_000
    places = 0 if unit == "fen" else 6
    orders = ORDERS.with_columns(amount.cast(pl.Decimal(20, places)).alias("order_amount"))
    dataset = write_dataset(tmp_path, orders, {"unit": unit})
    expected = rfm_engine.run(dataset).write(tmp_path / "expected").folder / "customers.csv"

    assert grade_counted(dataset, ask_duckdb(orders, dataset)) == expected.read_bytes()


def test_a_part_of_a_fen_gives_no_sum_rather_than_a_wrong_one(tmp_path: Path) -> None:
    orders = ORDERS.with_columns(pl.lit(Decimal("1.005")).cast(pl.Decimal(14, 3)).alias("order_amount"))

    customers = ask_duckdb(orders, write_dataset(tmp_path, orders, {}))
    assert customers["monetary"].null_count() == customers.height


def test_a_dataset_whose_orders_lie_elsewhere_is_said_by_its_map(tmp_path: Path) -> None:
    dataset = write_dataset(tmp_path, ORDERS, {"columns": {"customer_id": 'who "bought"'}})
    (dataset / "orders.parquet").unlink()

    statement = done("sql", dataset, "--table", 'sales."Orders 25"').out

    assert 'source."who ""bought"""' in statement
    assert 'from "sales"."Orders 25" as source' in statement


def test_text_files_are_a_finding(shop: Path) -> None:
    answer = done("sql", "--orders", shop, "--as-of", "2025-07-01")

    assert answer.err.startswith("RFM106 ")
    assert rfm("sql", "--orders", shop, "--as-of", "2025-07-01", "--strict").code == 1
