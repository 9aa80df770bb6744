"""How large a table a workbook asks for: its reader sets aside every cell up to the last, whether filled or not."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final
from zipfile import ZipFile, is_zipfile

from rfm_engine.errors import DataError
from rfm_engine.limits import UNPACKED_SMALL
from rfm_engine.orders.encodings import BLOCK

if TYPE_CHECKING:
    from pathlib import Path

SHEET: Final = re.compile(r"xl/worksheets/[^/]*\.xml")


OVERLAP: Final = 64


def refuse_stray_cells(path: Path) -> None:
    """Refuse a workbook with a cell so far from all others that the table up to it would not fit into memory.

    Its reader would not say so: the process would die. A table of orders has a cell in most of its places, and a cell
    takes more than a byte of its sheet.

    Raises:
        DataError: It has one.
    """
    if not is_zipfile(path):
        return
    with ZipFile(path) as archive:
        for entry in archive.infolist():
            cells = _cells(archive, entry.filename) if SHEET.fullmatch(entry.filename) else 0
            if cells > max(UNPACKED_SMALL, entry.file_size):
                message = f"{path}: {entry.filename} has a cell far from all others, and would be a table of {cells:,} "
                message += "cells; delete that cell, or save the sheet as CSV"
                raise DataError(message)


def _cells(archive: ZipFile, name: str) -> int:
    """Return how many cells lie up to the last row and column that a sheet names; rows as the next power of ten.

    To look for a row number of one more digit costs a tenth of collecting all of them.
    """
    digits, widest, rest = 1, b"Z", b""
    with archive.open(name) as part:
        while block := part.read(BLOCK):
            block = rest + block
            while re.search(rb"""\br=["'][A-Z]*[0-9]{%d}""" % (digits + 1), block):
                digits += 1
            columns = re.findall(rb"""\br=["']([A-Z]{2,})""", block)
            widest = max([widest, *columns], key=lambda letters: (len(letters), letters))
            rest = block[-OVERLAP:]
    return int(_number(widest) * 10**digits)


def _number(letters: bytes) -> int:
    """Return a column's number: A is 1, Z 26, AA 27."""
    number = 0
    for letter in letters:
        number = number * 26 + letter - ord("A") + 1
    return number
