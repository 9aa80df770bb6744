"""Amounts from other columns: quantity times unit price, refunds taken off, one currency."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl
import pytest

import rfm_engine
from tests.terminal import AS_OF, done, read_rows, record_of, rfm, run

if TYPE_CHECKING:
    from pathlib import Path


def spends(folder: Path) -> dict[str, str]:
    return {row["customer_id"]: row["monetary"] for row in read_rows(folder / "customers.csv")}


def write(folder: Path, head: str, *lines: str) -> Path:
    path = folder / "shop.csv"
    path.write_text("\n".join([head, *lines, ""]), "utf-8")
    return path


@pytest.mark.parametrize(
    ("quantity", "price", "amount"),
    [("3", "0.335", "1.01"), ("2.5", "4", "10.00"), ('"1,000"', "$0.999", "999.00"), ("4", "25.10", "100.40")],
)
def test_an_amount_is_the_exact_product_of_quantity_and_price(
    tmp_path: Path, quantity: str, price: str, amount: str
) -> None:
    path = write(tmp_path, "customer_id,order_id,qty,unit price,order_time", f"ray,1,{quantity},{price},2025-06-01")

    assert spends(run(path, tmp_path / "out")) == {"ray": amount}


@pytest.mark.parametrize("quantity", ["1e2", "2 dozen", "3x4", "1-2", "two", "1.2.3"])
def test_a_quantity_that_is_no_number_has_no_product(tmp_path: Path, quantity: str) -> None:
    rows = (f"ray,1,{quantity},4.50,2025-06-01", "lou,2,2 pcs,4.50,2025-06-01", "mia,3,(2),4.50,2025-06-01")
    path = write(tmp_path, "customer_id,order_id,qty,unit price,order_time", *rows)

    folder = run(path, tmp_path / "out")

    assert spends(folder) == {"lou": "9.00"}
    assert [row["reason"] for row in read_rows(folder / "rejects.csv")] == ["not an amount", "not positive"]


def test_a_quantity_with_another_mark_than_the_prices_is_no_tenfold(tmp_path: Path) -> None:
    rows = ("ray;1;2.5;4,50;2025-06-01", "lou;2;1,5;1.200,00;2025-06-01")
    path = write(tmp_path, "customer_id;order_id;qty;unit price;order_time", *rows)

    assert spends(run(path, tmp_path / "out")) == {"lou": "1800.00", "ray": "11.25"}


def test_a_row_without_a_price_is_rejected_with_both_factors(tmp_path: Path) -> None:
    path = write(tmp_path, "customer_id,qty,unit price,order_time", "ray,2,free,2025-06-01", "ray,1,2,2025-06-02")

    folder = run(path, tmp_path / "out")

    assert [(row["value"], row["reason"]) for row in read_rows(folder / "rejects.csv")] == [
        ("2 x free", "not an amount")
    ]


def test_an_amount_is_never_replaced_by_a_price_that_no_one_named(tmp_path: Path) -> None:
    path = write(tmp_path, "customer_id,order_id,qty,price,amount,order_time", "ray,1,2,5,9,2025-06-01")

    assert spends(run(path, tmp_path / "a")) == {"ray": "9.00"}
    assert spends(run(path, tmp_path / "b", "--column", "unit_price=price")) == {"ray": "10.00"}


def test_a_part_refunded_is_taken_off_and_an_order_wholly_refunded_does_not_count(tmp_path: Path) -> None:
    head = "customer_id,order_id,order_amount,order_time,refund amount"
    path = write(
        tmp_path,
        head,
        "ray,1,50.00,2025-06-01,12.50",
        "ray,2,30.00,2025-06-02,-30.00",
        "lou,3,7,2025-06-03,",
        "x,4,7,,?",
    )

    folder = run(path, tmp_path / "out")

    assert spends(folder) == {"lou": "7.00", "ray": "37.50"}
    assert record_of(folder)["ledger"]["left_out"] == {"wholly refunded": 1}
    assert spends(run(path, tmp_path / "gross", "--column", "refunded_amount=none")) == {"lou": "7.00", "ray": "80.00"}


def test_several_currencies_are_refused_and_what_the_message_proposes_works(tmp_path: Path) -> None:
    head = "customer_id,order_id,order_amount,order_time,currency"
    path = write(tmp_path, head, "ray,1,5,2025-06-01,eur", "ray,2,6,2025-06-02,EUR", "lou,3,7,2025-06-03,CHF")
    words = ("run", "--orders", path, *AS_OF, "--output", tmp_path / "out")

    answer = rfm(*words)

    assert answer.code == 1
    assert "EUR (2 rows), CHF (1 row)" in answer.err
    done(*words, "--keep-currency", "EUR")
    assert spends(tmp_path / "out" / "shop") == {"ray": "11.00"}
    assert record_of(tmp_path / "out" / "shop")["ledger"]["left_out"] == {"other currency": 1}
    done(*words, "--by", "currency")
    lists = read_rows(tmp_path / "out" / "shop" / "customers.csv")
    assert [(row["currency"], row["monetary"]) for row in lists] == [("CHF", "7.00"), ("EUR", "11.00")]


def test_a_frame_is_read_as_a_file_is() -> None:
    frame = pl.DataFrame(
        {
            "customer_id": ["ray", "lou"],
            "order_id": ["1", "2"],
            "quantity": [2, 1],
            "unit_price": [5.5, 3.25],
            "refunded": [1.0, None],
            "order_time": ["2025-06-01", "2025-06-02"],
        }
    )

    graded = rfm_engine.score(frame, as_of="2025-07-01").collect()

    assert dict(graded.select("customer_id", pl.col("monetary").cast(pl.String)).iter_rows()) == {
        "lou": "3.25",
        "ray": "10.00",
    }
