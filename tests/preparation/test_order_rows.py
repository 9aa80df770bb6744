"""Orders of several rows: blank cells are filled from the first, later exports win, repeated totals count once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from tests.terminal import AS_OF, done, read_rows, record_of, run

if TYPE_CHECKING:
    from pathlib import Path

NAMES = ("customer_id", "frequency", "monetary")


def customers(folder: Path) -> list[tuple[str, ...]]:
    return [tuple(row[name] for name in NAMES) for row in read_rows(folder / "customers.csv")]


def left_out(folder: Path) -> dict[str, int]:
    return dict(record_of(folder)["ledger"]["left_out"])


def test_further_rows_take_what_they_lack_from_the_first_and_need_no_amount(tmp_path: Path) -> None:
    orders = tmp_path / "shop.csv"
    orders.write_text(
        "customer_id,order_id,order_amount,order_time,status\n"
        "eva,#1,90.00,2025-06-01,paid\n,#1,,,\neva,#1,,,\n,#2,5.00,2025-06-02,paid\nivo,#3,7.00,2025-06-03,paid\n",
        "utf-8",
    )

    folder = run(orders, tmp_path / "out", "--keep-status", "paid", "--max-rejects", "1")

    assert customers(folder) == [("eva", "1", "90.00"), ("ivo", "1", "7.00")]
    assert left_out(folder) == {"further rows of an order": 2}


def test_empty_text_of_a_typed_file_is_lacking_too(tmp_path: Path) -> None:
    orders = tmp_path / "shop.parquet"
    rows = [("eva", "#1", "90.00", "2025-06-01", "paid"), ("eva", "#1", "10.00", "2025-06-01", "")]
    pl.DataFrame(rows, ["customer_id", "order_id", "order_amount", "order_time", "status"], orient="row").write_parquet(
        orders
    )

    folder = run(orders, tmp_path / "out", "--keep-status", "paid", "--grain", "line")

    assert customers(folder) == [("eva", "1", "100.00")]


def test_lines_with_an_amount_of_their_own_inherit_customer_and_time(tmp_path: Path) -> None:
    orders = tmp_path / "shop.csv"
    orders.write_text(
        "customer_id,order_id,order_amount,order_time\neva,#1,90.00,2025-06-01\n,#1,10.00,\nivo,#2,1.00,soon\n,#2,1.00,\n",
        "utf-8",
    )

    folder = run(orders, tmp_path / "out", "--grain", "line")

    assert customers(folder) == [("eva", "1", "100.00")]
    assert [row["reason"] for row in read_rows(folder / "rejects.csv")] == ["not a time", "missing"]


def test_a_blank_customer_between_other_orders_inherits_nothing(tmp_path: Path) -> None:
    orders = tmp_path / "shop.csv"
    orders.write_text(
        "customer_id,order_id,order_amount,order_time\neva,1,9.00,2025-06-01\nivo,2,1.00,2025-06-01\n,1,3.00,2025-06-02\n",
        "utf-8",
    )

    assert customers(run(orders, tmp_path / "out")) == [("eva", "1", "9.00"), ("ivo", "1", "1.00")]


def test_the_export_that_reaches_further_wins_whatever_the_names(tmp_path: Path) -> None:
    header = "customer_id,order_id,order_amount,order_time,status\n"
    (tmp_path / "b.csv").write_text(f"{header}eva,1,40.00,2025-05-30,sent\neva,2,2.00,2025-05-31,done\n", "utf-8")
    (tmp_path / "a.csv").write_text(f"{header}eva,1,30.00,2025-05-30,done\nivo,3,5.00,2025-06-20,done\n", "utf-8")
    words = ("--orders", tmp_path / "a.csv", "--orders", tmp_path / "b.csv", "--name", "both", *AS_OF)

    done("run", *words, "--latest-export", "wins", "--output", tmp_path / "out")

    assert customers(tmp_path / "out" / "both") == [("eva", "2", "32.00"), ("ivo", "1", "5.00")]
    assert left_out(tmp_path / "out" / "both") == {"superseded by a later export": 1}


def test_a_total_that_each_line_repeats_counts_once_on_request(tmp_path: Path) -> None:
    orders = tmp_path / "shop.csv"
    orders.write_text(
        "customer_id,order_id,product,order_amount,order_time\n"
        "eva,1,oar,60.00,2025-06-01\neva,1,net,60.00,2025-06-01\nivo,2,oar,20.00,2025-06-01\n",
        "utf-8",
    )

    folder = run(orders, tmp_path / "out", "--order-total", "repeated")

    assert customers(folder) == [("eva", "1", "60.00"), ("ivo", "1", "20.00")]
    assert left_out(folder) == {"repeats of an order's total": 1}


def test_a_copy_of_an_export_counts_once_in_either_grain(tmp_path: Path) -> None:
    text = "customer_id,order_id,order_amount,order_time\neva,1,6.00,2025-06-01\neva,1,2.00,2025-06-01\n"
    for name in ("orders.csv", "orders (1).csv"):
        (tmp_path / name).write_text(text, "utf-8")
    words = ("--orders", tmp_path, "--name", "x", *AS_OF, "--output", tmp_path / "out")

    done("run", *words, "--grain", "line")

    assert customers(tmp_path / "out" / "x") == [("eva", "1", "8.00")]
    assert left_out(tmp_path / "out" / "x") == {"copies of a file": 2}
