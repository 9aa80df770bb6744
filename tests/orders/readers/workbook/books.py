"""Workbooks made for a test, and their cells as the engine reads them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import xlsxwriter

from rfm_engine.orders.read_options import ReadOptions
from rfm_engine.orders.reading import read
from tests.orders.readers.files import order_files

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from xlsxwriter.worksheet import Worksheet

    from rfm_engine.orders.read_options import ReadOptions

HEADER = ["customer_id", "order_amount", "order_time"]
ROWS = [["a", 1, "2025-06-01"], ["b", 2, "2025-06-02"], ["c", 3, "2025-06-03"]]


def make_book(path: Path, change: Callable[[xlsxwriter.Workbook, Worksheet], object], **options: Any) -> Path:  # noqa: ANN401
    """Write three orders, and whatever `change` makes of their workbook."""
    book = xlsxwriter.Workbook(path, options)
    sheet = book.add_worksheet("orders")
    for number, row in enumerate([HEADER, *ROWS]):
        sheet.write_row(number, 0, row)
    change(book, sheet)
    book.close()
    return path


def read_codes(path: Path, options: ReadOptions | None = None) -> tuple[list[str], list[str]]:
    """Return the customers that are read and the codes of the findings."""
    orders = read(order_files([path], options))
    customers = orders.frame.collect().sort("customer_id")["customer_id"].to_list()
    return customers, [finding.code for finding in orders.findings]
