"""Text in workbooks that XlsxWriter writes: text, whatever it looks like.

It takes what begins with `<r>` and ends with `</r>` for its own markup, so that such a text would vanish, or no program
could open the workbook; and some versions take `{=1}` for a formula even where texts are none.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import polars as pl
    from xlsxwriter import Workbook
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet


def add_sheet(workbook: Workbook, name: str) -> Worksheet:
    """Return a new sheet that takes texts as they are: as no formula, no link and no markup."""
    sheet = workbook.add_worksheet(name)
    sheet.add_write_handler(str, _write_text)
    return sheet


def guard_headers(table: pl.DataFrame) -> pl.DataFrame:
    """Return a table of which no header looks like markup: a space is put before one that does.

    The header of a table in a sheet is one plain text, which is not written by a handler.
    """
    return table.rename({name: f" {name}" for name in table.columns if _looks_like_markup(name)})


def _write_text(sheet: Worksheet, row: int, column: int, text: str, *style: Format | None) -> int | None:
    """Write a text, and one that looks like markup in parts, none of which does; None leaves an empty one out."""
    if not text:
        return None
    if not _looks_like_markup(text):
        return int(sheet.write_string(row, column, text, *style))
    return int(sheet.write_rich_string(row, column, text[:1], text[1:2], text[2:], *filter(None, style)))


def _looks_like_markup(text: str) -> bool:
    return text.startswith("<r>") and text.endswith("</r>")
