"""Where a CSV file breaks the rules of CSV."""

from __future__ import annotations

import csv
from itertools import islice
from typing import TYPE_CHECKING

from rfm_engine.errors import DataError
from rfm_engine.orders.readers.damage import SHOWN, list_places
from rfm_engine.orders.readers.text.csv_layout import Layout, read_layout
from rfm_engine.orders.readers.text.delimited import SPARE
from rfm_engine.orders.readers.text.encodings import find_undecodable_byte

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rfm_engine.orders.files.order_file import OrderFile


def diagnose_csv(file: OrderFile) -> DataError | None:
    """Return what is wrong with a CSV file, or None."""
    return find_undecodable_byte(file) or find_csv_fault(file, read_layout(file))


def find_csv_fault(file: OrderFile, found: Layout) -> DataError | None:
    """Return an error that names the first places where a CSV file breaks the rules of CSV, or None."""
    if rows := list(islice(_find_long_rows(found, found.header_line + 2), SHOWN)):
        message = f"{file.path}: more fields than headers in row {list_places(rows)}; "
        message += f"quote text that holds a {found.separator!r}"
        return DataError(message)
    if lines := _find_stray_quotes(found):
        message = f"{file.path}: a quote is left open or stands within a field near line {list_places(lines)}; "
        message += "double or delete it, or give --quote none if quotes are plain signs"
        return DataError(message)
    return None


def _find_long_rows(found: Layout, first_row: int) -> Iterator[int]:
    with found.text.open(encoding="utf-8", newline="") as file:
        records = csv.reader(islice(file, found.lines, None), delimiter=found.separator)
        try:
            for row, cells in enumerate(records, start=first_row):
                if len(cells) > len(found.headers) + SPARE:
                    yield row
        except csv.Error:  # a field without an end: an open quote, which is looked for next
            return


def _find_stray_quotes(found: Layout) -> list[int]:
    with found.text.open(encoding="utf-8", newline="") as file:
        records = csv.reader(file, delimiter=found.separator, strict=True)
        try:
            for _ in records:
                pass
        except csv.Error:
            return [records.line_num]
        file.seek(0)
        odd = (number for number, line in enumerate(file, start=1) if line.count('"') % 2)
        return list(islice(odd, SHOWN))
