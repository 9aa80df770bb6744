"""A dataset of a rule set with its orders in Parquet, and what a statement makes of them in DuckDB."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import duckdb
import polars as pl
import tomli_w

from tests.terminal import done

if TYPE_CHECKING:
    from pathlib import Path

WINDOW: dict[str, Any] = {"as_of": "2025-07-01", "since": "2020-01-01"}


def write_dataset(folder: Path, orders: pl.DataFrame, rules: dict[str, Any]) -> Path:
    """Write a dataset's orders as Parquet, and its rules."""
    folder.mkdir(parents=True, exist_ok=True)
    orders.write_parquet(folder / "orders.parquet")
    table = {"name": "shop", "orders": ["orders.parquet"]} | WINDOW | rules
    (folder / "dataset.toml").write_text(tomli_w.dumps(table), "utf-8")
    return folder


def ask_duckdb(orders: pl.DataFrame, *words: object) -> pl.DataFrame:
    """Return what a statement of `rfm-engine sql` makes of a table `orders`."""
    statement = done("sql", *words).out
    with duckdb.connect() as connection:
        connection.register("orders", orders.to_arrow())
        return pl.DataFrame(connection.sql(statement).to_arrow_table())


def grade_counted(dataset: Path, customers: pl.DataFrame | bytes) -> bytes:
    """Return the list that `rfm-engine run DATASET --customers FILE` makes of a statement's customers, or their CSV."""
    table = dataset / ("customers.csv" if isinstance(customers, bytes) else "customers.parquet")
    if isinstance(customers, bytes):
        table.write_bytes(customers)
    else:
        customers.write_parquet(table)
    output = dataset / "counted"
    done("run", dataset, "--customers", table, "--output", output, "--quiet")
    return (output / "shop" / "customers.csv").read_bytes()
