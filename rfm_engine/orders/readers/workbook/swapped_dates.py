"""Dates that a spreadsheet may have made of text with day and month the other way round."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import polars as pl

from rfm_engine.findings import SAMPLES, Finding
from rfm_engine.orders.cells.times.formats import SERIALS
from rfm_engine.orders.readers.workbook.excel_days import has_days, write_dates

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rfm_engine.orders.readers.table import RawTable

TWO_NUMBERS: Final = r"^\s*[0-9]{1,2}[-/.][0-9]{1,2}[-/.][0-9]{2,4}"
ABOVE_12: Final = r"^\s*(?:(?:1[3-9]|[23][0-9])[-/.]|[0-9]{1,2}[-/.](?:1[3-9]|[23][0-9])[-/.])"
ISO: Final = "^[0-9]{4}-[0-9]{2}-[0-9]{2}"
MONTHS: Final = 12
TEXT: Final = ":is text"


def find_swapped_dates(table: RawTable, time_column: str) -> Iterator[Finding]:
    """Yield the finding that dates of a workbook may have been text in another order of day and month.

    A spreadsheet takes such text for a date where both numbers may be a month, and leaves it where one is above 12.
    """
    if table.files[0].format == "excel" and table.frame.collect_schema()[time_column] == pl.String:
        texts, days = _part_cells(table, time_column)
        if len(texts) and len(days) and texts.str.contains(ABOVE_12).all() and (days <= MONTHS).all():
            words = (
                f"{table.where}: {len(days):,} order times are dates without a day above 12, and {len(texts):,} are "
            )
            words += "text with one; the spreadsheet may have swapped days and months"
            yield Finding("RFM116", words, tuple(texts.head(SAMPLES)), "open the export with the column as text")


def _part_cells(table: RawTable, time_column: str) -> tuple[pl.Series, pl.Series]:
    """Return the order times that are text in numbers, and the days in the month of those that are dates."""
    time = pl.col(time_column)
    is_text, is_date = time.str.contains(TWO_NUMBERS), has_days(time) | time.str.contains(ISO)
    cells = table.frame.filter(is_text | is_date).select(time, is_text.alias(TEXT)).collect()
    dates = cells.filter(~pl.col(TEXT)).select(write_dates(time, table.days_from or SERIALS["excel_serial"]))
    return cells.filter(TEXT)[time_column], dates.to_series().str.slice(8, 2).cast(pl.Int64, strict=False).drop_nulls()
