"""Excel workbooks: one sheet, every cell as the text it means (17850 rather than 17850.0, dates in ISO form)."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import polars as pl

from rfm_engine.errors import DataError, UsageError, nearest
from rfm_engine.orders.readers.damage import workbook_error
from rfm_engine.orders.readers.limits import refuse_bomb, refuse_stray_cells
from rfm_engine.orders.readers.table import PEEK, SCAN_FILE, SCAN_ROW, RawTable, Scan, locate_rows, share_scans

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from rfm_engine.orders.order_file import OrderFile


class Sheet(NamedTuple):
    """The records of a sheet, its header, and the rows that could be headers instead (each with its number)."""

    rows: pl.DataFrame
    headers: list[str]
    later: list[tuple[int, list[str]]]


def read_excel(files: Sequence[OrderFile]) -> Iterator[RawTable]:
    """Read a sheet of each workbook; its rows keep their numbers in the workbook, wholly blank rows are left out.

    Raises:
        DataError: No workbook, a blank sheet, one that unpacks to more than a table of orders does.
        UsageError: A sheet that is not there.
    """
    sheets = {file.path: _read_sheet(file) for file in files}
    for group in share_scans(files, lambda file: tuple(sheets[file.path].headers)):
        first, places = sheets[group[0].path], [file.source for file in group]
        frames = [sheets[file.path].rows.with_columns(pl.lit(str(file.source)).alias(SCAN_FILE)) for file in group]
        columns = [name for name in first.rows.columns if name != SCAN_ROW]
        whole = pl.concat(frames).lazy()
        scan = Scan(frame=whole, headers=first.headers, columns=columns, first_row=1, places=places)
        yield locate_rows(group, scan, later=first.later, is_text=True)


def diagnose_excel(file: OrderFile) -> DataError | None:
    """Return what is wrong with a workbook, or None."""
    _read_sheet(file)
    return None


def _read_sheet(file: OrderFile) -> Sheet:
    skipped = file.options.skip_lines
    if file.options.has_decimal_comma:
        message = f"{file.path}: decimal_comma is for text files; the numbers of a workbook are numbers already"
        raise UsageError(message)
    refuse_bomb(file.source, file.path)
    refuse_stray_cells(file.source, file.path)
    cells = _load_cells(file)
    columns = [f":{position}" for position in range(cells.width)]
    numbered = cells.rename(dict(zip(cells.columns, columns, strict=True))).with_row_index(SCAN_ROW)
    filled = numbered.filter(pl.any_horizontal(pl.lit(value=False), pl.col(columns).str.strip_chars() != ""))
    rows = filled.filter(pl.col(SCAN_ROW) >= skipped)
    if rows.is_empty():
        message = f"{file.path}: the sheet has no header row below the {skipped} rows that are skipped"
        raise DataError(message)
    (_, header), *later = [(row[0], [cell or "" for cell in row[1:]]) for row in rows.head(PEEK).iter_rows()]
    return Sheet(rows.slice(1), header, later)


def _load_cells(file: OrderFile) -> pl.DataFrame:
    import fastexcel  # noqa: PLC0415 only who reads a workbook pays for it

    try:
        workbook = fastexcel.read_excel(file.source)
        name = _choose_sheet(file, workbook.sheet_names)
        return workbook.load_sheet(name, header_row=None, skip_rows=0, dtypes="string").to_polars()
    except fastexcel.FastExcelError as error:
        raise workbook_error(file.path, error) from error


def _choose_sheet(file: OrderFile, names: Sequence[str]) -> str:
    wanted = file.options.sheet
    if wanted is not None and wanted not in names:
        listed = ", ".join(map(repr, names))
        message = f"{file.path}: has no sheet {wanted!r}{nearest(wanted, names)}; its sheets: {listed}"
        raise UsageError(message)
    if not names:
        message = f"{file.path}: the workbook has no sheet; save the orders as one"
        raise DataError(message)
    return wanted if wanted is not None else names[0]
