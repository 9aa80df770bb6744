"""Whole runs by input format, and with order ids declared unique."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl
import pytest

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

WORKBOOK_ROWS = 50_000


@pytest.mark.benchmark(group="end to end")
@pytest.mark.parametrize("words", [(), ("--unique-order-ids",)], ids=["exact", "unique"])
def test_run(words: tuple[str, ...], orders: Path, rows: int, grade: Callable[..., None]) -> None:
    """The headline job, small."""
    grade(orders, rows, *words)


@pytest.mark.benchmark(group="input formats")
@pytest.mark.parametrize("form", ["parquet", "csv", "ndjson", "xlsx"])
def test_format(form: str, orders: Path, rows: int, tmp_path: Path, grade: Callable[..., None]) -> None:
    """The same orders in each format; a workbook holds the first 50,000."""
    path = tmp_path / f"orders.{form}"
    frame = pl.scan_parquet(orders)
    if form == "csv":
        frame.sink_csv(path, datetime_format="%Y-%m-%d %H:%M:%S")
    elif form == "ndjson":
        frame.with_columns(pl.col("order_amount", "order_time").cast(pl.String)).sink_ndjson(path)
    elif form == "xlsx":
        rows = min(rows, WORKBOOK_ROWS)
        frame.head(rows).collect().write_excel(path)
    else:
        frame.sink_parquet(path)
    grade(path, rows)
