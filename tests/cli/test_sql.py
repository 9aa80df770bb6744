"""Text files are a finding, which a strict command refuses."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from tests.terminal import done, rfm

if TYPE_CHECKING:
    from pathlib import Path


def test_text_files_are_a_finding(shop: Path) -> None:
    answer = done("sql", "--orders", shop, "--as-of", "2025-07-01")

    assert answer.err.startswith("RFM106 ")
    assert rfm("sql", "--orders", shop, "--as-of", "2025-07-01", "--strict").code == 1


def test_typed_files_are_none(shop: Path) -> None:
    orders = shop.with_suffix(".parquet")
    pl.read_csv(shop, try_parse_dates=True).write_parquet(orders)

    answer = done("sql", "--orders", orders, "--as-of", "2025-07-01", "--strict")

    assert answer.err == ""
    assert answer.out.startswith("-- The customers of ")


def test_a_statement_says_what_it_is_of(shop: Path) -> None:
    words = ("--orders", shop, "--as-of", "2025-07-01", "--name", "shop", "--column", "order_time=order_time")

    customers = done("sql", *words).out.splitlines()
    ledger = done(
        "sql", *words, "--only", "ledger", "--dialect", "postgresql", "--since", "2020-01-01"
    ).out.splitlines()

    assert customers[:2] == [
        "-- The customers of shop, for DuckDB.",
        "-- Window open to 2025-07-01, grain order, refunds reject.",
    ]
    assert ledger[:2] == [
        "-- Where the rows of the orders went of shop, for PostgreSQL.",
        "-- Window 2020-01-01 to 2025-07-01, grain order, refunds reject.",
    ]
    assert customers[3] == ledger[3] == "-- Amounts are in yuan, whole to the fen: where one is not, no sum is given."


def test_a_value_that_would_change_a_terminal_is_in_no_statement(shop: Path) -> None:
    answer = rfm("sql", "--orders", shop, "--as-of", "2025-07-01", "--region", "north\x1b[31m", "--table", "orders")

    assert answer.code == 2
    assert "a name or a value has signs that can't be shown: " in answer.err
    assert "\x1b" not in answer.err + answer.out
