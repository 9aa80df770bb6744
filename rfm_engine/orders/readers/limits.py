"""Bounds, beyond which a run is refused rather than carried through: rejected rows, and sizes of what is read."""

from __future__ import annotations

import lzma
import mmap
import re
import zlib
from typing import TYPE_CHECKING, Final
from zipfile import BadZipFile, ZipFile, is_zipfile

from rfm_engine.errors import DataError
from rfm_engine.orders.readers.damage import workbook_error

if TYPE_CHECKING:
    from pathlib import Path

LINE_BLOCK: Final = 1 << 20
UNPACKED_SMALL: Final = 64 << 20
UNPACKED_RATIO: Final = 250


def unpacked_limit(path: Path) -> int:
    """Return how many bytes a compressed file may unpack to.

    Tables of orders shrink 5 to 30 times; beyond 250 times a file is a bomb, if it is large at all.
    """
    return max(UNPACKED_SMALL, UNPACKED_RATIO * path.stat().st_size)


def refuse_unpacked(size: int, source: Path, path: Path) -> None:
    """Stop where a compressed file has unpacked to far more than its size.

    Raises:
        DataError: It has.
    """
    if size > unpacked_limit(source):
        message = f"{path}: unpacks to {size:,} bytes or more, which no table of orders does; unpack it yourself first"
        raise DataError(message)


def refuse_long_lines(text: Path, path: Path) -> None:
    """Refuse a text file that has a line of 2 MiB or more, before anything tries to hold it.

    One line end is looked for in each MiB of the file, from its start: that reads a page of each (4 ms for a file of
    1 GB), and no line of two MiB can do without holding one of these whole. A shorter line may pass.

    Raises:
        DataError: There is one; the message says where.
    """
    size = text.stat().st_size
    if size < 2 * LINE_BLOCK:
        return
    with text.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
        for start in range(0, size - LINE_BLOCK, LINE_BLOCK):
            if content.find(b"\n", start, start + LINE_BLOCK) < 0:
                message = (
                    f"{path}: no line ends between bytes {start:,} and {start + LINE_BLOCK:,} of its text, "
                    "which no line of orders needs; is this a text file of one order a line?"
                )
                raise DataError(message)


OVERLAP: Final = 64
MOST_CELLS: Final = 4 << 20
"""Cells of a table, 128 MB, that a workbook may ask for whatever its size."""

_CELL: Final = b' r="'
_ODD_CELL: Final = rb"""\br\s*=\s*["']\s*"""
_ODD_SIGNS: Final = (b"r =", b"r= ", b"r='", b"r\t", b"r\n", b"r\r", b"=\t", b"=\n", b"=\r", b'r=" ', b"\tr=", b"\nr=")
"""What makes cells of a part be looked for in any spelling, which takes three times as long."""


def refuse_stray_cells(source: Path, path: Path) -> None:
    """Refuse a workbook with a cell so far from all others that the table up to it would not fit into memory.

    Its reader would not say so: the process would die. A table of orders has a cell in most of its places, and a cell
    takes more than a byte of its sheet. Any part may be a sheet, whatever its name.

    Raises:
        DataError: It has one.
    """
    if not is_zipfile(source):
        return
    with ZipFile(source) as archive:
        for entry in archive.infolist():
            most = max(MOST_CELLS, entry.file_size)
            if _count_cells(archive, entry.filename, exactly=False) <= most:
                continue
            if (cells := _count_cells(archive, entry.filename, exactly=True)) > most:
                message = f"{path}: {entry.filename} has a cell far from all others, and would be a table of {cells:,} "
                message += "cells; delete that cell, or save the sheet as CSV"
                raise DataError(message)


def _count_cells(archive: ZipFile, name: str, *, exactly: bool) -> int:
    """Return how many cells lie up to the last row and column that a part names; not `exactly`: at least so many.

    To look for a row number of one more digit costs a tenth of collecting all of them.
    """
    digits, widest, last, rest = 1, 26, 1, b""
    with archive.open(name) as part:
        while block := part.read(BLOCK):
            block = rest + block
            cell = _ODD_CELL if any(sign in block for sign in _ODD_SIGNS) else _CELL
            while re.search(cell + rb"[A-Za-z]*[0-9]{%d}" % (digits + 1), block):
                digits += 1
            if exactly:
                last = max([last, *map(int, re.findall(cell + rb"[A-Za-z]*([0-9]{%d})" % digits, block))])
            columns = set(re.findall(cell + rb"([A-Za-z]{2,7})[0-9]", block))
            widest = max([widest, *map(column_number, columns)])
            rest = block[-OVERLAP:]
    return widest * (last if exactly else 10**digits)


def column_number(letters: bytes) -> int:
    """Return a column's number.

    >>> [column_number(letters) for letters in (b"A", b"Z", b"AA", b"XFD")]
    [1, 26, 27, 16384]
    """
    number = 0
    for letter in letters.upper():
        number = number * 26 + letter - ord("A") + 1
    return number


BLOCK: Final = 1 << 20
MOST_BYTES: Final = 4 << 30
FAR_OFF: Final = 1 << 60


def refuse_bomb(source: Path, path: Path) -> None:
    """Refuse a workbook that unpacks to far more than its size: by what its directory says, and by unpacking it.

    A directory can lie, and the reader would believe it; to unpack 64 MB without keeping it takes 0.1 s.

    Raises:
        DataError: It does, or it cannot be unpacked.
    """
    if not is_zipfile(source):
        return
    most = min(MOST_BYTES, unpacked_limit(source))
    try:
        with ZipFile(source) as archive:
            size = max(sum(entry.file_size for entry in archive.infolist()), _count_unpacked(archive, most))
    except (BadZipFile, RuntimeError, EOFError, zlib.error, lzma.LZMAError, OSError) as error:
        raise workbook_error(path, error) from error
    if size > most:
        message = f"{path}: would unpack to {size:,} bytes, which no table of orders does; refused. Save it as CSV"
        raise DataError(message)


def _count_unpacked(archive: ZipFile, most: int) -> int:
    """Return how many bytes an archive unpacks to; more than `most` are not counted to the end."""
    size = 0
    for entry in archive.infolist():
        entry.file_size = FAR_OFF  # read on to the true end, whatever the directory says
        with archive.open(entry) as file:
            while size <= most and (block := file.read(BLOCK)):
                size += len(block)
        if size > most:
            break
    return size
