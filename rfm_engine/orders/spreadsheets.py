"""Excel workbooks: one sheet, every cell as the text it means (17850 rather than 17850.0, dates in ISO form)."""

from __future__ import annotations

import lzma
import zlib
from typing import TYPE_CHECKING, Final
from zipfile import BadZipFile, ZipFile, is_zipfile

import fastexcel
import polars as pl

from rfm_engine.errors import DataError, UsageError, nearest
from rfm_engine.limits import most_unpacked
from rfm_engine.orders.encodings import BLOCK
from rfm_engine.orders.extents import refuse_stray_cells
from rfm_engine.orders.tables import PEEK, ROW, Table, one_file

if TYPE_CHECKING:
    from pathlib import Path

    from rfm_engine.orders.source import Source

MOST_BYTES: Final = 4 << 30


FAR_OFF: Final = 1 << 60


def sheet(path: Path, source: Source) -> Table:
    """Read a sheet; its rows keep their numbers in the workbook, wholly blank rows are left out.

    Raises:
        DataError: No workbook, a blank sheet, one that unpacks to more than a table of orders does.
        UsageError: A sheet that is not there.
    """
    if source.decimal_comma:
        message = f"{path}: decimal_comma is for text files; the numbers of a workbook are numbers already"
        raise UsageError(message)
    refuse_bomb(path)
    refuse_stray_cells(path)
    loaded = _loaded(path, source)
    columns = [f":{position}" for position in range(loaded.width)]
    numbered = loaded.rename(dict(zip(loaded.columns, columns, strict=True))).with_row_index(ROW)
    filled = numbered.filter(pl.any_horizontal(pl.lit(value=False), pl.col(columns).str.strip_chars() != ""))
    rows = filled.filter(pl.col(ROW) >= source.skip_lines)
    if rows.is_empty():
        message = f"{path}: the sheet has no header row below the {source.skip_lines} rows that are skipped"
        raise DataError(message)
    (_, header), *later = [(row[0], [cell or "" for cell in row[1:]]) for row in rows.head(PEEK).iter_rows()]
    return one_file(path, rows.slice(1).lazy(), header, columns, 1)._replace(later=later, is_text=True)


def refuse_bomb(path: Path) -> None:
    """Refuse a workbook that unpacks to far more than its size: by what its directory tells, and by unpacking it.

    A directory can lie, and the reader would believe it; to unpack 64 MB without keeping it takes 0.1 s.

    Raises:
        DataError: It does, or it cannot be unpacked.
    """
    if not is_zipfile(path):
        return
    most = min(MOST_BYTES, most_unpacked(path))
    try:
        with ZipFile(path) as archive:
            size = max(sum(entry.file_size for entry in archive.infolist()), _unpacked(archive, most))
    except (BadZipFile, RuntimeError, EOFError, zlib.error, lzma.LZMAError, OSError) as error:
        raise _no_workbook(path, error) from error
    if size > most:
        message = f"{path}: would unpack to {size:,} bytes, which no table of orders does; refused. Save it as CSV"
        raise DataError(message)


def _unpacked(archive: ZipFile, most: int) -> int:
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


def _loaded(path: Path, source: Source) -> pl.DataFrame:
    try:
        workbook = fastexcel.read_excel(path)
        names = workbook.sheet_names
        if source.sheet is not None and source.sheet not in names:
            listed = ", ".join(map(repr, names))
            message = f"{path}: has no sheet {source.sheet!r}{nearest(source.sheet, names)}; its sheets: {listed}"
            raise UsageError(message)
        if not names:
            message = f"{path}: the workbook has no sheet; save the orders as one"
            raise DataError(message)
        name = source.sheet if source.sheet is not None else names[0]
        return workbook.load_sheet(name, header_row=None, skip_rows=0, dtypes="string").to_polars()
    except fastexcel.FastExcelError as error:
        raise _no_workbook(path, error) from error


def _no_workbook(path: Path, error: Exception) -> DataError:
    reason = str(error).partition("\n")[0]
    return DataError(f"{path}: cannot be read as a workbook ({reason}); open it and save it again, or save it as CSV")
