"""Small order files of every format, and their rows as the engine reads them."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

import polars as pl
import xlsxwriter

from rfm_engine.orders.files.order_file import OrderFile
from rfm_engine.orders.read_options import ReadOptions
from rfm_engine.orders.readers.diagnosis import diagnose
from rfm_engine.orders.reading import read

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

HEADER = ["customer_id", "order_id", "order_amount", "order_time", "region"]


ROWS = [
    ["007", "a1", "0.29", "2025-07-01", "四川"],
    ["17850", "a2", "1234.50", "2025-07-02 13:04:05", "山东"],
    ["c,3", "a3", "-5.00", "2024-02-29", "四川"],
]


TYPED = [
    ("007", "a1", "四川", 29, datetime(2025, 7, 1)),
    ("17850", "a2", "山东", 123450, datetime(2025, 7, 2, 13, 4, 5)),
    ("c,3", "a3", "四川", -500, datetime(2024, 2, 29)),
]


COLUMNS = ("customer_id", "order_id", "region", "order_amount_fen", "order_time")


def csv_text(separator: str = ",", end: str = "\n") -> str:
    quoted = [[f'"{cell}"' if separator in cell else cell for cell in row] for row in [HEADER, *ROWS]]
    return "".join(separator.join(row) + end for row in quoted)


def write(folder: Path, content: bytes | str, name: str = "orders.csv") -> Path:
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def order_files(paths: Sequence[Path], options: ReadOptions | None = None) -> list[OrderFile]:
    return [OrderFile(path=path, options=options or ReadOptions()) for path in paths]


def collect(paths: Sequence[Path], options: ReadOptions | None = None) -> pl.DataFrame:
    """Return the rows as a run does, with the place of a fault that shows while they are collected."""
    files = order_files(paths, options)
    try:
        return read(files).frame.collect(engine="streaming").sort("source_file", "source_row")
    except (pl.exceptions.PolarsError, pl.exceptions.PanicException, OSError) as error:
        raise diagnose(error, files) from error


def is_whole(frame: pl.DataFrame, first_row: int = 2) -> bool:
    rows = list(range(first_row, first_row + len(ROWS)))
    return frame.select(COLUMNS).rows() == TYPED and frame["source_row"].to_list() == rows


WRITERS: dict[str, Callable[[pl.DataFrame, Path], object]] = {
    ".csv": pl.DataFrame.write_csv,
    ".parquet": pl.DataFrame.write_parquet,
    ".ndjson": pl.DataFrame.write_ndjson,
    ".arrow": pl.DataFrame.write_ipc,
    ".xlsx": pl.DataFrame.write_excel,
}


def orders_frame() -> pl.DataFrame:
    amounts, times = pl.col("order_amount").cast(pl.Float64), pl.Series([row[4] for row in TYPED])
    return pl.DataFrame(ROWS, schema=HEADER, orient="row").with_columns(amounts, order_time=times)


def workbook(path: Path, sheets: dict[str, list[list[Any]]], down: int = 0) -> Path:
    book = xlsxwriter.Workbook(path, {"default_date_format": "yyyy-mm-dd hh:mm:ss"})
    for name, rows in sheets.items():
        sheet = book.add_worksheet(name)
        for number, row in enumerate(rows):
            sheet.write_row(down + number, 1, row)
    book.close()
    return path
