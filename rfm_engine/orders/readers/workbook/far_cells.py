"""How large a table a sheet asks for: up to its last filled row and column, in OpenDocument and binary workbooks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from xml.parsers.expat import ExpatError, ParserCreate
from zipfile import ZipFile, is_zipfile

from rfm_engine.errors import DataError
from rfm_engine.orders.readers.limits import BLOCK, MOST_CELLS

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path
    from typing import IO

ROW: Final = 0
"""The record of a binary sheet that begins a row; its cells follow."""

FILLED: Final = range(2, 12)
"""The records of cells that hold something."""

_NAMESPACE: Final = "urn:oasis:names:tc:opendocument:xmlns:table:1.0 "
_ROWS: Final = f"{_NAMESPACE}number-rows-repeated"
_COLUMNS: Final = f"{_NAMESPACE}number-columns-repeated"


def refuse_far_cells(source: Path, path: Path) -> None:
    """Refuse a workbook whose filled cells lie so far apart that the table up to the last would not fit into memory.

    Raises:
        DataError: It has such cells.
    """
    if not is_zipfile(source):
        return
    with ZipFile(source) as archive:
        for entry in archive.infolist():
            with archive.open(entry) as part:
                cells = _count_in(part, entry.filename)
            if cells > max(MOST_CELLS, entry.file_size):
                message = f"{path}: {entry.filename} has a cell far from all others, and would be a table of {cells:,} "
                message += "cells; delete that cell, or save the sheet as CSV"
                raise DataError(message)


def _count_in(part: IO[bytes], name: str) -> int:
    if name == "content.xml":
        return count_open_document(part)
    return count_binary(part.read()) if name.endswith(".bin") and "/worksheets/" in f"/{name}" else 0


@dataclass
class _Table:
    """The table being read: rows before the current one, its columns so far, and the last filled row and column."""

    most: int = 0
    rows: int = 0
    repeated: int = 1
    columns: int = 0
    is_filled: bool = False
    last: int = 0
    widest: int = 0

    def begin(self, name: str, attributes: Mapping[str, str]) -> None:
        kind = name.rpartition(" ")[2]
        if kind == "table-row":
            self.repeated, self.columns, self.is_filled = int(attributes.get(_ROWS, 1)), 0, False
        elif kind in ("table-cell", "covered-table-cell"):
            self.columns += int(attributes.get(_COLUMNS, 1))
            if any(key.endswith(" value-type") for key in attributes):
                self.fill()
        elif kind == "p":
            self.fill()

    def fill(self) -> None:
        self.is_filled, self.widest = True, max(self.widest, self.columns)

    def end(self, name: str) -> None:
        kind = name.rpartition(" ")[2]
        if kind == "table-row":
            self.rows += self.repeated
            self.last = self.rows if self.is_filled else self.last
        elif kind == "table":
            self.most = max(self.most, self.last * self.widest)
            self.rows = self.last = self.widest = 0


def count_open_document(part: IO[bytes]) -> int:
    """Return the cells of the largest table of an OpenDocument's content, up to its last filled row and column."""
    table, parser = _Table(), ParserCreate(namespace_separator=" ")
    parser.StartElementHandler, parser.EndElementHandler = table.begin, table.end
    try:
        while block := part.read(BLOCK):
            parser.Parse(block, False)  # noqa: FBT003 more follows
    except (ExpatError, ValueError):
        return 0  # its reader says what is wrong with it
    return table.most


def count_binary(content: bytes) -> int:
    """Return the cells of a binary sheet up to its last filled row and column.

    >>> row, cell = bytes([0, 4, 9, 0, 0, 0]), bytes([2, 4, 2, 0, 0, 0])
    >>> count_binary(row + cell)
    30
    """
    place, row, last, widest = 0, 0, 0, 0
    while place + 2 <= len(content):
        kind, place = _read_number(content, place, 2)
        size, place = _read_number(content, place, 4)
        number = int.from_bytes(content[place : place + 4], "little")
        if kind == ROW:
            row = number + 1
        elif kind in FILLED:
            last, widest = row, max(widest, number + 1)
        place += size
    return last * widest


def _read_number(content: bytes, place: int, most: int) -> tuple[int, int]:
    """Return a number of up to `most` bytes of seven bits, and the place behind it."""
    number = 0
    for position in range(most):
        byte = content[place + position] if place + position < len(content) else 0
        number |= (byte & 0x7F) << 7 * position
        if byte < 0x80:  # noqa: PLR2004 the eighth bit says that more follow
            return number, place + position + 1
    return number, place + most
