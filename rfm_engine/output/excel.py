"""Graded customers as an Excel workbook, the same bytes every time."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, time
from io import BytesIO
from typing import TYPE_CHECKING, Any, Final
from zipfile import ZIP_DEFLATED, ZipFile

import polars as pl

from rfm_engine.columns import CHINESE, CUSTOMER_ID
from rfm_engine.errors import OutputError
from rfm_engine.output.sheet_rows import ESCAPED, is_text, list_rows
from rfm_engine.output.workbook_text import add_sheet
from rfm_engine.vocabulary.currencies import MOST_DECIMALS

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator
    from pathlib import Path

    from xlsxwriter import Workbook
    from xlsxwriter.worksheet import Worksheet

MOST_ROWS = 1_048_575
MOST_LETTERS = 32_767
"""Of a cell, in UTF-16 units; a workbook cuts what is longer."""

MOST_DIGITS = 15
FIRST_DAY = date(1900, 3, 1)
"""The days before it have two numbers: workbooks count a 29th of February 1900."""

WIDEST = 40
ID_HEADERS = {CUSTOMER_ID, CHINESE[CUSTOMER_ID]}
A4 = 9
PRINT_SCALE = 80
REMEDY = "use --format csv or parquet"

SHEET: Final = "xl/worksheets/sheet1.xml"
STYLED: Final = re.compile(r'<c r="([A-Z]+)\d+" s="(\d+)"/>')
DIMENSION: Final = re.compile(r'(<dimension ref="A1:[A-Z]+)\d+')
LEVEL: Final = 5
"""How hard it is tried to pack: 6, as usual, takes 1.6 times as long, for a workbook that is 2 % smaller."""

CELL: Final = 80
"""Bytes of a cell around its text, or with its number, at most."""

LONGEST_ESCAPE: Final = 7
"""Bytes for one that a cell does not hold as it is."""

MOST_BYTES: Final = 2**31 - 1
"""Of a part of a plain archive; larger ones need the form for large files."""


def write_workbook(customers: pl.DataFrame, path: Path, created: date, moneys: Collection[str] = ()) -> None:
    """Write one sheet: header and ids that stay in view, filters, ids as text, money with two decimals, real dates.

    `created` goes into the file's properties instead of the clock's time. The packed workbook, some 100 MB for a
    million rows, waits in memory, for a ZipFile on a full disk complains once more, past every handler, when it is
    collected. Texts of the columns `moneys` are numbers, each with the decimals that its text has.

    Raises:
        OutputError: More customers than a sheet has rows, a text, number or time that a cell does not hold.
        OSError: The disk is full, or the folder cannot be written.
    """
    refuse_what_does_not_fit(customers, path.name)
    packed = BytesIO()
    with (
        ZipFile(_make_empty(customers, created)) as empty,
        ZipFile(packed, "w", ZIP_DEFLATED, compresslevel=LEVEL) as new,
    ):
        for part in empty.infolist():
            if part.filename != SHEET:
                new.writestr(part, empty.read(part))
        _fill(new, empty.read(SHEET).decode(), customers, moneys)
    path.write_bytes(packed.getbuffer())


def _make_empty(customers: pl.DataFrame, created: date) -> BytesIO:
    """Return a workbook with the headers, and below them the styles of the columns as empty cells.

    In the first such row a column's own, in the next ones those of money with no decimals, one, and so on.
    """
    from xlsxwriter import Workbook  # noqa: PLC0415 only xlsx needs it

    packed = BytesIO()
    with Workbook(packed, {"in_memory": True}) as workbook:
        workbook.set_properties({"created": datetime.combine(created, time()), "title": "customers"})
        sheet = add_sheet(workbook, "customers")
        _head(workbook, sheet, customers)
        for column, dtype in enumerate(customers.dtypes):
            sheet.write_blank(1, column, None, workbook.add_format(_format(dtype)))
        for decimals in range(MOST_DECIMALS + 1):
            sheet.write_blank(2 + decimals, 0, None, workbook.add_format(_format(pl.Decimal(38, decimals))))
    return packed


def _fill(workbook: ZipFile, sheet: str, customers: pl.DataFrame, moneys: Collection[str]) -> None:
    """Write the sheet with the customers in place of the rows that show the styles."""
    head, rows = sheet.split('<row r="2"')
    shown, tail = rows.split("</sheetData>")
    first, *others = (STYLED.findall(row) for row in shown.split("<row "))
    own_styles = {name: [style for row in others for _, style in row] for name in moneys}
    names, styles = zip(*first, strict=True)
    with workbook.open(SHEET, "w", force_zip64=_bound_bytes(customers) > MOST_BYTES) as target:
        target.write(DIMENSION.sub(rf"\g<1>{customers.height + 1}", head, count=1).encode())
        for text in _make_ahead(list_rows(customers, names, styles, own_styles)):
            target.write(text.encode())
        target.write(f"</sheetData>{tail}".encode())


def _bound_bytes(customers: pl.DataFrame) -> int:
    """Return how many bytes the rows of a sheet have at most; a number is as long as the marks around a text."""
    texts = [pl.col(name).cast(pl.String) for name, dtype in customers.schema.items() if is_text(dtype)]
    factors = [pl.when(text.str.contains_any(ESCAPED).any()).then(LONGEST_ESCAPE).otherwise(1) for text in texts]
    sizes = customers.select(text.str.len_bytes().sum() * factor for text, factor in zip(texts, factors, strict=True))
    return customers.height * (customers.width + 1) * CELL + int(sum(sizes.row(0) if texts else ()))


def _make_ahead(texts: Iterator[str]) -> Iterator[str]:
    """Yield texts, each made in another thread while the one before is packed."""
    with ThreadPoolExecutor(1) as pool:
        ahead = pool.submit(next, texts, None)
        while (text := ahead.result()) is not None:
            ahead = pool.submit(next, texts, None)
            yield text


def refuse_what_does_not_fit(customers: pl.DataFrame, name: str) -> None:
    """Check that a sheet holds the customers as they are.

    Raises:
        OutputError: More customers than a sheet has rows; texts, numbers or times that a cell does not hold.
    """
    if customers.height > MOST_ROWS:
        message = f"{name}: {customers.height:,} customers, but a sheet holds {MOST_ROWS:,}; {REMEDY}"
        raise OutputError(message)
    if long := [column.name for column in customers.iter_columns() if _longest_text(column) > MOST_LETTERS]:
        message = f"{name}: {', '.join(long)} has texts of more than the {MOST_LETTERS:,} letters of a cell; {REMEDY}"
        raise OutputError(message)
    if large := [column.name for column in customers.iter_columns() if _most_digits(column) > MOST_DIGITS]:
        message = f"{name}: {', '.join(large)} has numbers of more than the {MOST_DIGITS} digits of a cell; {REMEDY}"
        raise OutputError(message)
    if old := [column.name for column in customers.iter_columns() if _has_times_before_1900(column)]:
        message = f"{name}: {', '.join(old)} has times before {FIRST_DAY}, which workbooks count otherwise; {REMEDY}"
        raise OutputError(message)


def _has_times_before_1900(column: pl.Series) -> bool:
    return column.dtype.is_temporal() and bool((column.cast(pl.Date) < FIRST_DAY).any())


def _longest_text(column: pl.Series) -> int:
    """Return the UTF-16 units of the longest text; a text has never more of them than bytes of UTF-8."""
    if not isinstance(column.dtype, pl.String):
        return 0
    texts = column.filter(column.str.len_bytes() > MOST_LETTERS)
    return max((len(text.encode("utf-16-le")) // 2 for text in (column.name, *texts)), default=0)


def _most_digits(column: pl.Series) -> int:
    if not column.dtype.is_decimal() and column.dtype != pl.Int64:
        return 0
    return max(sum(sign.isdigit() for sign in str(value)) for value in (column.min(), column.max()))


def _head(workbook: Workbook, sheet: Worksheet, customers: pl.DataFrame) -> None:
    bold = workbook.add_format({"bold": True, "bottom": 1})
    kept = next((place + 1 for place, name in enumerate(customers.columns) if name in ID_HEADERS), 0)
    sheet.freeze_panes(1, kept)
    _set_up_print(sheet, kept)
    sheet.autofilter(0, 0, customers.height, customers.width - 1)
    for position, name in enumerate(customers.columns):
        sheet.set_column(position, position, _width(customers[name]))
    for position, name in enumerate(customers.columns):
        sheet.write(0, position, name, bold)


def _set_up_print(sheet: Worksheet, kept: int) -> None:
    """Print across, with the head on every page and the columns up to the customer on every part."""
    sheet.set_landscape()
    sheet.set_paper(A4)
    sheet.set_print_scale(PRINT_SCALE)
    sheet.print_across()
    sheet.repeat_rows(0)
    if kept:
        sheet.repeat_columns(0, kept - 1)
    sheet.set_footer("&C&P / &N")


def _width(column: pl.Series) -> float:
    """Return a width that shows most cells; a Chinese character takes two places."""
    longest = column.head(1000).cast(str).str.len_bytes().max() or 0
    name = sum(2 if ord(character) > 0x2E7F else 1 for character in column.name)  # noqa: PLR2004 CJK starts there
    return float(min(WIDEST, max(int(str(longest)), name + 3, 8) + 1))


def _format(dtype: pl.DataType) -> dict[str, Any]:
    """Return how a cell of a type is shown; text is marked as such, so that it stays text when the cell is edited."""
    if isinstance(dtype, pl.Decimal):
        return {"num_format": "0." + "0" * dtype.scale if dtype.scale else "0"}
    if dtype == pl.Date:
        return {"num_format": "yyyy-mm-dd"}
    if isinstance(dtype, pl.Datetime):
        return {"num_format": "yyyy-mm-dd hh:mm:ss"}
    return {"quote_prefix": True} if is_text(dtype) else {}
