"""The files that are damaged: how each kind is written, damaged, and read a second time."""

from __future__ import annotations

import csv
import io
import json
import tempfile
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Literal, NamedTuple

import polars as pl
import xlsxwriter

from tests.fuzz.mutations import change_bytes, change_pages, change_text, change_workbook
from tests.oracle import second_reader

if TYPE_CHECKING:
    from collections.abc import Callable
    from random import Random

    from tests.oracle.second_reader import Table

HEADERS = ("customer_id", "order_id", "store_code", "region", "product_name", "order_amount", "order_time")
DATASET = """\
# monthly list
title = "西南门店"
orders = ["orders.csv"]
as_of = 2025-07-01
since = "2024-01-01"
by = ["region"]
grain = "order"
refunds = "reject"
weights = [0.3, 0.3, 0.4]

[scheme]
name = "thresholds"
recency_days = [10, 30, 60, 120]
frequency = [1, 3, 5, 7]
monetary = [100, 350, 800, 1500]

[tiers]
name = "abcd"
bounds = [2, 3, 4]
"""


class Case(NamedTuple):
    """A kind of file: how it is written, how it is damaged, how it is read a second time, and its options."""

    name: str
    written: Callable[[list[list[str]]], bytes]
    damaged: Callable[[bytes, Random], bytes]
    read: Callable[[bytes, str | None], Table]
    encoding: str | None = None


def make_orders(draw: Random) -> list[list[str]]:
    """Return some orders with a fault here and there."""
    return [make_order(number, draw) for number in range(draw.randrange(3, 40))]


def make_order(number: int, draw: Random) -> list[str]:
    """Return the cells of an order."""
    goods = draw.choice(("帐篷", "lamp", 'rope, 5 "', "two\nlines", ""))
    when = datetime(2025, 7, 2) if draw.random() < 0.03 else datetime(2023, 12, 1 + draw.randrange(30))
    if draw.random() < 0.9:
        when = datetime(2025, draw.randrange(1, 7), draw.randrange(1, 29), draw.randrange(24), 5)
    fen = draw.choice((0, -500)) if draw.random() < 0.05 else draw.randrange(1, 200_000)
    who, which = f"{draw.randrange(12):03}", f"o{number - (draw.random() < 0.03)}"
    cells = [who, which, f"S{draw.randrange(3)}", draw.choice(("四川省", "山东省")), goods]
    return [*cells, str(Decimal(fen).scaleb(-2)), str(when)]


def as_csv(separator: str = ",", encoding: str = "utf-8") -> Callable[[list[list[str]]], bytes]:
    """Return a writer of CSV files."""

    def written(rows: list[list[str]]) -> bytes:
        with tempfile.TemporaryFile("w+", newline="", encoding="utf-8") as file:
            csv.writer(file, delimiter=separator, lineterminator="\n").writerows([HEADERS, *rows])
            file.seek(0)
            return file.read().encode(encoding)

    return written


def as_ndjson(rows: list[list[str]]) -> bytes:
    """Return lines of JSON."""
    records = [dict(zip(HEADERS, row, strict=True)) for row in rows]
    return "".join(json.dumps(record, ensure_ascii=False) + "\n" for record in records).encode()


def typed_frame(rows: list[list[str]]) -> pl.DataFrame:
    """Return orders with amounts and times of their types."""
    amount, time = pl.col("order_amount").cast(pl.Decimal(18, 2)), pl.col("order_time").str.to_datetime()
    return pl.DataFrame(rows, HEADERS, orient="row").with_columns(amount, time)


def as_arrow(rows: list[list[str]]) -> bytes:
    """Return an Arrow IPC file of typed columns."""
    file = io.BytesIO()
    typed_frame(rows).write_ipc(file)
    return file.getvalue()


def as_parquet(compression: Literal["uncompressed", "zstd"]) -> Callable[[list[list[str]]], bytes]:
    """Return a writer of typed Parquet files."""

    def written(rows: list[list[str]]) -> bytes:
        file = io.BytesIO()
        typed_frame(rows).write_parquet(file, compression=compression)
        return file.getvalue()

    return written


def as_workbook(rows: list[list[str]]) -> bytes:
    """Return a workbook whose cells hold their text themselves."""
    with tempfile.NamedTemporaryFile(suffix=".xlsx") as file:
        book = xlsxwriter.Workbook(file.name, {"constant_memory": True})
        sheet = book.add_worksheet("orders")
        for number, row in enumerate([HEADERS, *rows]):
            for place, cell in enumerate(row):
                sheet.write_string(number, place, cell)
        book.close()
        return Path(file.name).read_bytes()


CASES = (
    Case("csv", as_csv(), change_text, second_reader.csv_table),
    Case("csv", as_csv(";", "utf-16"), change_text, second_reader.csv_table),
    Case("csv", as_csv("\t", "gb18030"), change_text, second_reader.csv_table, "gb18030"),
    Case("toml", as_csv(), change_text, second_reader.csv_table),
    Case("parquet", as_parquet("uncompressed"), change_pages, second_reader.parquet_table),
    Case("parquet", as_parquet("zstd"), change_bytes, second_reader.parquet_table),
    Case("ndjson", as_ndjson, change_text, second_reader.ndjson_table),
    Case("arrow", as_arrow, change_pages, second_reader.arrow_table),
    Case("xlsx", as_workbook, change_workbook, second_reader.xlsx_table),
)
SHARES = (0, 0, 0, 1, 2, 3, 3, 4, 4, 5, 6, 7, 8, 8)
"""Which case a seed stands for: CSV and what decides its reading most often."""
