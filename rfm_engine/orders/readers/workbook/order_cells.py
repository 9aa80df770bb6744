"""The cells of orders in a workbook: what it lost, days as dates, numbers beside text with a decimal comma."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import polars as pl

from rfm_engine.columns import ORDER_ID, REQUIRED, STORE_CODE
from rfm_engine.errors import DataError
from rfm_engine.findings import SAMPLES, Finding
from rfm_engine.orders.readers.workbook.excel_days import has_days, write_dates

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from rfm_engine.orders.readers.table import RawTable


def refuse_lost_cells(table: RawTable, found: Mapping[str, str], columns: Mapping[str, str]) -> None:
    """Refuse columns of which a workbook did not keep what an order needs.

    `found` are the headers of canonical columns, `columns` their names in the frame.

    Raises:
        DataError: There are some; it lists all of them.
    """
    needed = [name for name in (*REQUIRED, ORDER_ID, STORE_CODE) if columns.get(name) in table.lost]
    if needed:
        listed = "; ".join(f"{found[name]!r} ({name}) has {table.lost[columns[name]]}" for name in needed)
        message = f"{table.where}: {listed}"
        raise DataError(message)


def find_days(table: RawTable, time_column: str) -> Iterator[Finding]:
    """Yield the finding that order times are plain numbers of a workbook, read as its days."""
    if not _counts_days(table) or table.are_days_formatted:
        return
    time = pl.col(time_column)
    days = table.frame.filter(has_days(time)).select(time).collect().to_series()
    if len(days):
        words = f"{table.where}: {len(days):,} order times are plain numbers, read as days from {table.days_from}"
        yield Finding("RFM115", words, tuple(days.head(SAMPLES)), "give the cells a date format")


def rewrite_cells(table: RawTable, time_column: str, amount_column: str) -> RawTable:
    """Return the table of a workbook with its days as dates, and with commas in its numbers where its text has them."""
    if table.days_from is None:
        return table
    frame = table.frame
    if _counts_days(table):
        frame = frame.with_columns(write_dates(pl.col(time_column), table.days_from).alias(time_column))
    if table.files[0].options.has_decimal_comma:
        frame = frame.with_columns(_write_comma(pl.col(amount_column)).alias(amount_column))
    return replace(table, frame=frame)


def _counts_days(table: RawTable) -> bool:
    return table.days_from is not None and table.files[0].options.order_time_format is None


def _write_comma(amount: pl.Expr) -> pl.Expr:
    number = amount.str.contains(r"^-?[0-9]+\.[0-9]+$")
    return pl.when(number).then(amount.str.replace(".", ",", literal=True)).otherwise(amount)
