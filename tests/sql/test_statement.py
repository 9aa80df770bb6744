"""What a statement is made of, and what no statement can say."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

import polars as pl
import pytest

import rfm_engine
from tests.sql.nasty_orders import nasty_orders
from tests.sql.warehouse import ask_duckdb, grade_counted, write_dataset

if TYPE_CHECKING:
    from pathlib import Path

ORDERS = nasty_orders(400)


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
