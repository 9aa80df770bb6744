"""Orders of a kind that few tables have give the engine's customers and ledger in a warehouse too."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import polars as pl
import pytest

import rfm_engine
from tests.sql.currencies import AMOUNTS, orders_in
from tests.sql.nasty_orders import nasty_orders
from tests.sql.warehouse import ask_duckdb, grade_counted, write_dataset

if TYPE_CHECKING:
    from pathlib import Path

TIME = datetime(2025, 6, 1)
ONE: dict[str, Any] = {"customer_id": "a", "order_id": "1", "order_amount": Decimal(5), "order_time": TIME}
OTHER = ONE | {"customer_id": "b", "order_id": "9"}


def orders_of(*rows: dict[str, Any], amount: pl.DataType | None = None) -> pl.DataFrame:
    """Return orders, by default with amounts of two decimals."""
    return pl.DataFrame([*rows, OTHER], schema_overrides={"order_amount": amount or pl.Decimal(20, 2)})


def ledger_of(orders: pl.DataFrame, folder: Path, rules: dict[str, Any]) -> dict[str, int]:
    """Check that a statement's customers are the engine's, and return the statement's ledger."""
    dataset = write_dataset(folder, orders, rules)
    expected = rfm_engine.run(dataset).write(folder / "expected").folder / "customers.csv"
    assert grade_counted(dataset, ask_duckdb(orders, dataset)) == expected.read_bytes()
    return dict(ask_duckdb(orders, dataset, "--only", "ledger").rows())


def test_rows_of_an_order_that_differ_in_their_status_alone_conflict(tmp_path: Path) -> None:
    orders = orders_of(ONE | {"order_status": "paid"}, ONE | {"order_status": "sent"})

    assert ledger_of(orders, tmp_path, {}) == {"order_id: conflicting": 2, "used": 1}


@pytest.mark.parametrize("grain", ["order", "day"])
def test_without_order_ids_every_row_is_an_order_and_none_repeats(grain: str, tmp_path: Path) -> None:
    orders = orders_of(ONE, ONE).drop("order_id")

    assert ledger_of(orders, tmp_path / "two", {"grain": grain}) == {"used": 3}
    ledger_of(nasty_orders(400).drop("order_id"), tmp_path / "many", {"grain": grain, "refunds": "net"})


@pytest.mark.parametrize(
    ("unit", "least"), [("yuan", 10**11), ("fen", 10**13), ("ten_thousand_yuan", 10**7)], ids=["yuan", "fen", "10,000"]
)
def test_amounts_beyond_all_bounds_are_rejected_from_the_same_one_on(unit: str, least: int, tmp_path: Path) -> None:
    amounts = (least, -least, least - 1)
    orders = orders_of(*(ONE | {"order_id": str(row), "order_amount": Decimal(one)} for row, one in enumerate(amounts)))

    ledger = ledger_of(orders.with_columns(pl.col("order_amount").cast(pl.Decimal(20, 0))), tmp_path, {"unit": unit})

    assert ledger == {"order_amount: out of range": 2, "used": 2}


def test_the_case_of_a_currency_makes_no_list_of_its_own(tmp_path: Path) -> None:
    orders = orders_in(AMOUNTS)
    small = orders.with_columns(pl.col("currency").str.to_lowercase(), pl.col("order_id") + "-2")

    ledger_of(pl.concat([orders, small]), tmp_path, {"by": ["currency"]})


@pytest.mark.parametrize(("unit", "decimals"), [("fen", 0), ("yuan", 2), ("ten_thousand_yuan", 6)])
def test_an_amount_has_no_more_decimals_than_a_fen_or_no_sum_is_given(unit: str, decimals: int, tmp_path: Path) -> None:
    exact, cut = Decimal(5).scaleb(-decimals), Decimal(5).scaleb(-decimals - 1)
    orders = orders_of(
        ONE | {"order_amount": exact}, OTHER | {"customer_id": "c", "order_amount": cut}, amount=pl.Decimal(20, 8)
    )

    customers = ask_duckdb(orders, write_dataset(tmp_path, orders, {"unit": unit}))

    money = "monetary_fen" if unit == "fen" else "monetary"
    assert customers.filter(pl.col(money).is_null())["customer_id"].to_list() == ["c"]


def test_of_orders_of_one_moment_the_greatest_is_the_last_and_a_refund_never_is(tmp_path: Path) -> None:
    late = TIME.replace(hour=9)
    same = [ONE | {"order_id": number, "order_amount": Decimal(fen)} for number, fen in (("1", 9), ("2", 5), ("3", 7))]
    refund = ONE | {"order_id": "4", "order_amount": Decimal(-1), "order_time": late}

    ledger_of(orders_of(*same), tmp_path / "order", {})
    for grain in ("order", "day", "line"):
        ledger_of(orders_of(*same, refund), tmp_path / grain, {"grain": grain, "refunds": "net"})


def test_the_last_order_of_a_day_is_the_latest_whatever_its_number(tmp_path: Path) -> None:
    early, late = (
        ONE | {"order_id": number, "order_time": TIME.replace(hour=hour)} for number, hour in (("9", 8), ("1", 10))
    )

    assert ledger_of(orders_of(early, late), tmp_path, {"grain": "day"}) == {"used": 3}
    assert '"1"' in ask_duckdb(orders_of(early, late), tmp_path).filter(pl.col("customer_id") == "a").write_json()
