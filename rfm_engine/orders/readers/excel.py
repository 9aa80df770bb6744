"""Excel workbooks: one sheet, every cell as the text it means (17850 rather than 17850.0, dates in ISO form)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import fastexcel
import polars as pl

from rfm_engine.errors import DataError, UsageError, nearest
from rfm_engine.orders.readers.limits import refuse_bomb, refuse_stray_cells, workbook_error
from rfm_engine.orders.readers.table import PEEK, SCAN_ROW, RawTable, one_file_table

if TYPE_CHECKING:
    from pathlib import Path

    from rfm_engine.orders.read_options import ReadOptions


def read_excel(path: Path, options: ReadOptions) -> RawTable:
    """Read a sheet; its rows keep their numbers in the workbook, wholly blank rows are left out.

    Raises:
        DataError: No workbook, a blank sheet, one that unpacks to more than a table of orders does.
        UsageError: A sheet that is not there.
    """
    if options.decimal_comma:
        message = f"{path}: decimal_comma is for text files; the numbers of a workbook are numbers already"
        raise UsageError(message)
    refuse_bomb(path)
    refuse_stray_cells(path)
    loaded = _load_sheet(path, options)
    columns = [f":{position}" for position in range(loaded.width)]
    numbered = loaded.rename(dict(zip(loaded.columns, columns, strict=True))).with_row_index(SCAN_ROW)
    filled = numbered.filter(pl.any_horizontal(pl.lit(value=False), pl.col(columns).str.strip_chars() != ""))
    rows = filled.filter(pl.col(SCAN_ROW) >= options.skip_lines)
    if rows.is_empty():
        message = f"{path}: the sheet has no header row below the {options.skip_lines} rows that are skipped"
        raise DataError(message)
    (_, header), *later = [(row[0], [cell or "" for cell in row[1:]]) for row in rows.head(PEEK).iter_rows()]
    return one_file_table(path, rows.slice(1).lazy(), header, columns, 1)._replace(later=later, is_text=True)


def _load_sheet(path: Path, options: ReadOptions) -> pl.DataFrame:
    try:
        workbook = fastexcel.read_excel(path)
        names = workbook.sheet_names
        if options.sheet is not None and options.sheet not in names:
            listed = ", ".join(map(repr, names))
            message = f"{path}: has no sheet {options.sheet!r}{nearest(options.sheet, names)}; its sheets: {listed}"
            raise UsageError(message)
        if not names:
            message = f"{path}: the workbook has no sheet; save the orders as one"
            raise DataError(message)
        name = options.sheet if options.sheet is not None else names[0]
        return workbook.load_sheet(name, header_row=None, skip_rows=0, dtypes="string").to_polars()
    except fastexcel.FastExcelError as error:
        raise workbook_error(path, error) from error
