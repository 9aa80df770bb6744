"""Excel workbooks: the sheets of orders, every cell as the text it means (17850 rather than 17850.0, dates in ISO)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from itertools import chain
from typing import TYPE_CHECKING, Final

import polars as pl

from rfm_engine.columns import fold_header
from rfm_engine.errors import DataError, UsageError, nearest
from rfm_engine.findings import Finding
from rfm_engine.orders.readers.damage import workbook_error
from rfm_engine.orders.readers.header_line import PEEK, looks_like_records, number_headers, suits_orders
from rfm_engine.orders.readers.limits import refuse_bomb, refuse_stray_cells
from rfm_engine.orders.readers.table import SCAN_FILE, SCAN_ROW, RawTable, Scan, locate_rows, share_scans
from rfm_engine.orders.readers.workbook.far_cells import refuse_far_cells
from rfm_engine.orders.readers.workbook.workbook_parts import SheetFacts, WorkbookFacts, read_facts

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from rfm_engine.orders.files.order_file import OrderFile

ALL: Final = "all"
ZIP: Final = b"PK"
ORIGIN: Final = ":origin"
LOST: Final = {
    "uncomputed": "formulas without a stored value; open the workbook in Excel, save it and run again",
    "cut_numbers": "numbers of more than 15 digits, of which Excel keeps 15; export it again with that column as text",
}
"""What a workbook did not keep, by the column's field of its facts."""


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """The records of a sheet, its header and that one's row, and the rows that could be headers instead."""

    name: str
    rows: pl.DataFrame
    headers: list[str]
    later: list[tuple[int, list[str]]]
    facts: SheetFacts
    header_row: int = 0
    is_visible: bool = True

    def holds_orders(self, file: OrderFile) -> bool:
        """Whether the header has all that orders need."""
        return suits_orders(self.headers, file)


@dataclass(frozen=True, kw_only=True)
class Workbook:
    """The sheets of one workbook that are read, all of one header, and what a user may not expect of them."""

    sheets: list[Sheet]
    facts: WorkbookFacts
    findings: tuple[Finding, ...] = ()

    @property
    def readings(self) -> dict[str, object]:
        """What was understood, by the key of a dataset that states it."""
        return {"sheet": [sheet.name for sheet in self.sheets], "skip_lines": self.sheets[0].header_row}

    @property
    def lost(self) -> dict[str, str]:
        """What Excel did not keep of each column of the frame."""
        return {
            f":{position}": words
            for sheet in self.sheets
            for field, words in LOST.items()
            for position in getattr(sheet.facts, field)
        }


def read_excel(files: Sequence[OrderFile]) -> Iterator[RawTable]:
    """Read the sheets of orders of each workbook: those named, or all that have the header of the first.

    Rows keep their numbers in the sheet, wholly blank rows are left out.

    Raises:
        DataError: No workbook, no sheet with cells, one that unpacks to more than a table of orders does.
        UsageError: A sheet that is not there.
    """
    books = {file.path: _read_workbook(file) for file in files}

    def shape(file: OrderFile) -> object:
        book = books[file.path]
        return tuple(book.sheets[0].headers), book.facts.from_1904, tuple(book.lost.items())

    for group in share_scans(files, shape):
        first, places = books[group[0].path].sheets[0], [file.source for file in group]
        frames = [frame for file in group for frame in _place_rows(file, books[file.path])]
        columns = [name for name in first.rows.columns if name != SCAN_ROW]
        scan = Scan(frame=pl.concat(frames).lazy(), headers=first.headers, columns=columns, first_row=1, places=places)
        book = books[group[0].path]
        table = locate_rows(group, scan, later=first.later, is_text=True, lost=book.lost)
        yield replace(
            table,
            file=pl.col(ORIGIN),
            days_from=date(1904, 1, 1) if book.facts.from_1904 else date(1899, 12, 30),
            are_days_formatted=book.facts.east_asian_dates,
            readings=tuple(books[file.path].readings for file in group),
            findings=tuple(chain.from_iterable(books[file.path].findings for file in group)),
        )


def diagnose_excel(file: OrderFile) -> DataError | None:
    """Return what is wrong with a workbook, or None."""
    _read_workbook(file)
    return None


def _place_rows(file: OrderFile, book: Workbook) -> Iterator[pl.DataFrame]:
    """Yield the rows of each sheet with the file and, where there are several, the sheet that they come from."""
    for sheet in book.sheets:
        origin = f"{file.path}" if len(book.sheets) == 1 else f"{file.path} [{sheet.name}]"
        yield sheet.rows.with_columns(pl.lit(str(file.source)).alias(SCAN_FILE), pl.lit(origin).alias(ORIGIN))


def _read_workbook(file: OrderFile) -> Workbook:
    refuse_bomb(file.source, file.path)
    refuse_stray_cells(file.source, file.path)
    refuse_far_cells(file.source, file.path)
    facts = read_facts(file.source)
    sheets = _load_sheets(file, facts)
    chosen = _choose_sheets(file, sheets)
    return Workbook(sheets=chosen, facts=facts, findings=tuple(_find_oddities(file, chosen, sheets)))


def _load_sheets(file: OrderFile, facts: WorkbookFacts) -> list[Sheet]:
    """Return every sheet that has a row below those that are skipped."""
    import fastexcel  # noqa: PLC0415 only who reads a workbook pays for it

    try:
        book = fastexcel.read_excel(file.source.read_bytes() if _has_other_suffix(file.source) else file.source)
        if not book.sheet_names:
            message = f"{file.path}: the workbook has no sheet; save the orders as one"
            raise DataError(message)
        loaded = []
        for name in _list_names(file, book.sheet_names):
            cells = book.load_sheet(name, header_row=None, skip_rows=0, dtypes="string")
            sheet = _take_sheet(file, name, cells.to_polars(), facts.sheets.get(name, SheetFacts()))
            loaded += [replace(sheet, is_visible=cells.visible == "visible")] if sheet else []
    except fastexcel.FastExcelError as error:
        raise workbook_error(file.path, error) from error
    if not loaded:
        message = f"{file.path}: no sheet has a header row below the {file.options.skip_lines} rows that are skipped"
        raise DataError(message)
    return loaded


def _has_other_suffix(path: Path) -> bool:
    """Return whether a workbook is of another format than its suffix says, by which the reader goes: .xls is no ZIP."""
    with path.open("rb") as content:
        is_zip = content.read(len(ZIP)) == ZIP
    return is_zip == (path.suffix.lower() == ".xls")


def _list_names(file: OrderFile, names: Sequence[str]) -> Sequence[str]:
    """Return the sheets that may be read."""
    wanted = file.options.sheet
    if not wanted or wanted == (ALL,):
        return names
    if absent := [name for name in wanted if name not in names]:
        listed = ", ".join(map(repr, names))
        message = f"{file.path}: has no sheet {', '.join(map(repr, absent))}{nearest(absent[0], names)}; "
        message += f"its sheets: {listed}; name one, --sheet NAME"
        raise UsageError(message)
    return wanted


def _take_sheet(file: OrderFile, name: str, cells: pl.DataFrame, facts: SheetFacts) -> Sheet | None:
    columns = [f":{position}" for position in range(cells.width)]
    numbered = cells.rename(dict(zip(cells.columns, columns, strict=True))).with_row_index(SCAN_ROW)
    filled = numbered.filter(pl.any_horizontal(pl.lit(value=False), pl.col(columns).str.strip_chars() != ""))
    rows = filled.filter(pl.col(SCAN_ROW) >= file.options.skip_lines)
    if rows.is_empty():
        return None
    top = [(row[0], [cell or "" for cell in row[1:]]) for row in rows.head(PEEK).iter_rows()]
    if file.options.no_header:
        return Sheet(name=name, rows=rows, headers=number_headers(columns), later=top, facts=facts)
    depth = 1 if file.options.skip_lines else PEEK
    above = next((place for place, (_, cells) in enumerate(top[:depth]) if suits_orders(cells, file)), 0)
    above = 0 if looks_like_records(top[:above], top[above][1], file) else above
    (row, headers), *later = top[above:]
    return Sheet(name=name, rows=rows.slice(above + 1), headers=headers, later=later, facts=facts, header_row=row)


def _choose_sheets(file: OrderFile, sheets: list[Sheet]) -> list[Sheet]:
    """Return the sheets that are read together: those named, or the first of orders and all with its header."""
    named = file.options.sheet
    of_orders = [sheet for sheet in sheets if named or (sheet.is_visible and sheet.holds_orders(file))]
    first, *others = of_orders or [sheet for sheet in sheets if sheet.is_visible][:1] or sheets[:1]
    alike = [sheet for sheet in others if _fold(sheet) == _fold(first)]
    if named and named != (ALL,) and len(alike) < len(others):
        odd = next(sheet for sheet in others if sheet not in alike)
        message = f"{file.path}: sheet {odd.name!r} has other headers than {first.name!r}; name one alone, --sheet NAME"
        raise UsageError(message)
    return [first, *(replace(sheet, rows=sheet.rows, headers=first.headers) for sheet in alike)]


def _fold(sheet: Sheet) -> list[str]:
    return [fold_header(header) for header in sheet.headers]


def _find_oddities(file: OrderFile, chosen: list[Sheet], sheets: list[Sheet]) -> Iterator[Finding]:
    names = {sheet.name for sheet in chosen}
    if len(chosen) > 1 and not file.options.sheet:
        listed = ", ".join(f"{sheet.name!r} (rows: {sheet.rows.height:,})" for sheet in chosen)
        yield Finding("RFM111", f"{file.path}: sheets of one header are read together: {listed}", (), "--sheet NAME")
    left = [sheet for sheet in sheets if sheet.name not in names and sheet.holds_orders(file)]
    if left:
        listed = ", ".join(f"{sheet.name!r}{'' if sheet.is_visible else ' (hidden)'}" for sheet in left)
        yield Finding("RFM112", f"{file.path}: sheets that may hold orders are not read: {listed}", (), "--sheet NAME")
    if hidden := sum(sheet.facts.hidden_rows for sheet in chosen):
        yield Finding("RFM113", f"{file.path}: hidden rows are read like all others: {hidden:,}", (), "delete them")
    if merged := sum(sheet.facts.merged_rows for sheet in chosen):
        yield Finding("RFM114", f"{file.path}: rows that are blank under merged cells: {merged:,}", (), "unmerge them")
