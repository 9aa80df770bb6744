"""Graded customers as an Excel workbook, the same bytes every time."""

from __future__ import annotations

from datetime import date, datetime, time
from decimal import Decimal
from io import BytesIO
from typing import TYPE_CHECKING

import polars as pl

from rfm_engine.columns import CHINESE, CUSTOMER_ID
from rfm_engine.errors import OutputError
from rfm_engine.vocabulary.currencies import MOST_DECIMALS

if TYPE_CHECKING:
    from collections.abc import Collection
    from pathlib import Path

    from xlsxwriter import Workbook
    from xlsxwriter.format import Format
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


def write_workbook(customers: pl.DataFrame, path: Path, created: date, moneys: Collection[str] = ()) -> None:
    """Write one sheet: header and ids that stay in view, filters, ids as text, money with two decimals, real dates.

    `created` goes into the file's properties instead of the clock's time. Temporary files stand beside the workbook,
    where a killed run's are found; the packed sheet, some 50 MB for a million rows, waits in memory, for a ZipFile on a
    full disk complains once more, past every handler, when it is collected. Texts of the columns `moneys` are numbers,
    each with the decimals that its text has.

    Raises:
        OutputError: More customers than a sheet has rows, a text, number or time that a cell does not hold.
        OSError: The disk is full, or the folder cannot be written.
    """
    from xlsxwriter import Workbook  # noqa: PLC0415 only xlsx needs it

    refuse_what_does_not_fit(customers, path.name)
    packed, options = BytesIO(), {"constant_memory": True, "tmpdir": str(path.parent)}
    workbook = Workbook(packed, options | {"default_date_format": "yyyy-mm-dd"})
    workbook.set_properties({"created": datetime.combine(created, time()), "title": "customers"})
    sheet = workbook.add_worksheet("customers")
    _head(workbook, sheet, customers)
    _fill(workbook, sheet, customers, moneys)
    workbook.close()
    path.write_bytes(packed.getbuffer())


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
        sheet.write_string(0, position, name, bold)


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


def _fill(workbook: Workbook, sheet: Worksheet, customers: pl.DataFrame, moneys: Collection[str]) -> None:
    formats = [_format(workbook, dtype) for dtype in customers.dtypes]
    are_money = [customers.columns.index(name) for name in moneys if name in customers.columns]
    by_decimals = [_format_decimals(workbook, decimals) for decimals in range(MOST_DECIMALS + 1)] if are_money else []
    for row, values in enumerate(customers.iter_rows(), start=1):
        for column, (value, style) in enumerate(zip(values, formats, strict=True)):
            if column in are_money and value is not None:
                decimals = len(value.partition(".")[2])
                _write(sheet, row, column, Decimal(value), by_decimals[decimals])
            else:
                _write(sheet, row, column, value, style)


def _format(workbook: Workbook, dtype: pl.DataType) -> Format | None:
    if isinstance(dtype, pl.Decimal):
        return _format_decimals(workbook, dtype.scale)
    if dtype == pl.Date:
        return workbook.add_format({"num_format": "yyyy-mm-dd"})
    if isinstance(dtype, pl.Datetime):
        return workbook.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"})
    if isinstance(dtype, pl.String):
        return workbook.add_format({"quote_prefix": True})
    return None


def _format_decimals(workbook: Workbook, decimals: int) -> Format:
    return workbook.add_format({"num_format": "0." + "0" * decimals if decimals else "0"})


def _write(sheet: Worksheet, row: int, column: int, value: object, style: Format | None) -> None:
    """Write one cell; text is always text, so that no id becomes a number and nothing is run as a formula.

    It is marked as such (the mark is no part of the value), so that it stays text when the cell is edited.
    """
    if isinstance(value, str):
        sheet.write_string(row, column, value, style)
    elif isinstance(value, Decimal | int):
        sheet.write_number(row, column, float(value), style)
    elif value is not None:
        sheet.write_datetime(row, column, value, style)
