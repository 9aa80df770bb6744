"""What no statement can say is named at once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import polars as pl
import pytest

from tests.sql.currencies import AMOUNTS, orders_in
from tests.sql.nasty_orders import nasty_orders
from tests.sql.warehouse import write_dataset
from tests.terminal import rfm

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


def test_minor_units_of_several_currencies_are_refused(tmp_path: Path) -> None:
    dataset = write_dataset(tmp_path, orders_in(AMOUNTS), {"by": ["currency"], "unit": "fen"})

    assert "unit fen of several currencies: store amounts in whole units" in rfm("sql", dataset).err
