"""The workbook that callers fill in: a summary, and a sheet for each owner."""

from __future__ import annotations

import re
from datetime import datetime, time
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import polars as pl

from rfm_engine.columns import CUSTOMER_ID
from rfm_engine.output.workbook_text import add_sheet, guard_headers
from rfm_engine.runs.plan.owners import UNASSIGNED
from rfm_engine.runs.plan.tables import TO_FILL, name_headers, translate_headers
from rfm_engine.runs.plan.words import OUTCOME_LISTS, SUMMARY, UNASSIGNED_WORDS

if TYPE_CHECKING:
    from pathlib import Path

    from xlsxwriter import Workbook
    from xlsxwriter.worksheet import Worksheet

    from rfm_engine.runs.plan.month import Month

FORBIDDEN: Final = re.compile(r"[\[\]:*?/\\']")
LONGEST_NAME: Final = 31
WIDTHS: Final = {
    **dict.fromkeys(("tier", "overdue_days", "frequency"), 10),
    **dict.fromkeys(("date", "due", "last_contact", "last_order_time", "done_on", "monetary"), 12),
    "customer_id": 15,
    "also_in": 13,
    "focus": 34,
    "last_product_name": 24,
    "note": 22,
    "owner": 14,
}
WIDTH: Final = 12
PIXELS: Final = 7
"""Of a character."""

LINE_HEIGHT: Final = 17
HEAD_HEIGHT: Final = 36
"""Of two lines."""

MARGIN: Final = 0.4
"""Of a printed page, in inches."""

CELL: Final = {"valign": "top", "bottom": 1, "bottom_color": "#D9DEE0"}
INPUT: Final = {"valign": "top", "text_wrap": True, "bg_color": "#FFF8D6", "border": 1, "border_color": "#E4D9A8"}
TEXT: Final = {"align": "left", "indent": 1}
NUMBERS: Final = {"monetary": "#,##0.00", "utilisation": '#,##0.0"%"'}


class PlanStyle(NamedTuple):
    """What a workbook depends on besides its calls: the month, the language of headers, and the currency of money."""

    month: Month
    language: str
    currency: str | None


def write_plan_workbook(path: Path, summary: pl.DataFrame, calls: pl.DataFrame, style: PlanStyle) -> None:
    """Write the plan as a workbook, the same bytes every time.

    `calls` may have further columns, such as names and phones. Cells that a caller fills in are yellow, with a list of
    outcomes and a date; head and customer stay in view, and a sheet prints on pages of its width.
    """
    from xlsxwriter import Workbook  # noqa: PLC0415 only who plans pays for it

    workbook = Workbook(str(path), {"default_date_format": "yyyy-mm-dd"})
    workbook.set_properties(
        {"created": datetime.combine(style.month.first_day, time()), "title": f"plan {style.month}"}
    )
    _add_sheet(workbook, SUMMARY[style.language], summary, style)
    names = _sheet_names(calls["owner"].unique().sort().to_list(), style.language)
    for owner, name in names.items():
        theirs = calls.filter(calls["owner"] == owner).drop("owner")
        sheet = _add_sheet(workbook, name, theirs, style)
        _add_inputs(workbook, sheet, theirs, style.language)
    workbook.close()


def _add_sheet(workbook: Workbook, name: str, table: pl.DataFrame, style: PlanStyle) -> Worksheet:
    """Add a sheet with a table, and return it."""
    sheet = add_sheet(workbook, name)
    shown = guard_headers(name_headers(translate_headers(table, style.language, style.currency)))
    headers = list(zip(shown.columns, table.columns, table.dtypes, strict=True))
    kept = table.columns.index(CUSTOMER_ID) + 1 if CUSTOMER_ID in table.columns else 0
    shown.write_excel(
        workbook,
        sheet,
        table_style={"style": "Table Style Light 1", "banded_rows": False},
        column_widths={header: round(PIXELS * WIDTHS.get(column, WIDTH)) for header, column, _ in headers},
        freeze_panes=(1, kept),
        column_formats={header: _cell_format(column, dtype) for header, column, dtype in headers},
    )
    for position, (header, _, dtype) in enumerate(headers):
        side = {"align": "right"} if dtype.is_numeric() else TEXT
        look = workbook.add_format({"bold": True, "text_wrap": True, "valign": "top", **side})
        sheet.write_string(0, position, header, look)
    sheet.set_row(0, HEAD_HEIGHT)
    _fit_heights(sheet, table)
    _set_up_print(sheet, style.month)
    return sheet


def _cell_format(column: str, dtype: pl.DataType) -> dict[str, Any]:
    if dtype.is_temporal():
        return {**CELL, **TEXT, "num_format": "yyyy-mm-dd"}
    if dtype.is_numeric():
        return {**CELL, "num_format": NUMBERS.get(column, "#,##0")}
    return {**CELL, **TEXT, "text_wrap": True}


def _fit_heights(sheet: Worksheet, table: pl.DataFrame) -> None:
    """Give each row the height of its longest text; programs that open a workbook do so only for some."""
    texts = [name for name, dtype in table.schema.items() if dtype == pl.String]
    lines = [count_width(pl.col(name)) // (WIDTHS.get(name, WIDTH) - 1) for name in texts]
    for row, most in enumerate(table.select(pl.max_horizontal(lines)).to_series(), start=1):
        if most:
            sheet.set_row(row, LINE_HEIGHT * (1 + most))


def count_width(text: pl.Expr) -> pl.Expr:
    """Return how many digits wide a text is: 0.85 for a letter, 2.1 for a Chinese character, which has three bytes.

    >>> pl.select(count_width(pl.lit("四川ab"))).item()
    5
    """
    chinese = (text.str.len_bytes() - text.str.len_chars()).cast(pl.Int64) // 2
    letters = text.str.len_chars().cast(pl.Int64) - chinese
    return ((85 * letters + 210 * chinese) // 100).fill_null(0)


def _set_up_print(sheet: Worksheet, month: Month) -> None:
    """Make pages as wide as the table, with its head, and with the month, the name of the sheet and the page above."""
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.set_margins(left=MARGIN, right=MARGIN, top=2 * MARGIN, bottom=MARGIN)
    sheet.set_header(f"&L{month}&C&A&R&P / &N")
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)


def _add_inputs(workbook: Workbook, sheet: Worksheet, calls: pl.DataFrame, language: str) -> None:
    """Make the cells to fill in yellow, with a choice of outcomes and dates alone."""
    style, day = workbook.add_format(INPUT), workbook.add_format(INPUT | {"num_format": "yyyy-mm-dd"})
    for name in TO_FILL:
        column = calls.columns.index(name)
        for row in range(1, calls.height + 1):
            sheet.write_blank(row, column, None, day if name == "done_on" else style)
    rows = (1, calls.height)
    outcome, done_on = calls.columns.index("outcome"), calls.columns.index("done_on")
    sheet.data_validation(rows[0], outcome, rows[1], outcome, {"validate": "list", "source": OUTCOME_LISTS[language]})
    first = datetime(2000, 1, 1)  # noqa: DTZ001 a calendar date
    sheet.data_validation(rows[0], done_on, rows[1], done_on, {"validate": "date", "criteria": ">=", "value": first})


def _sheet_names(owners: list[str], language: str) -> dict[str, str]:
    """Return a name for the sheet of each owner: without the signs that a sheet can't have, short, and each once."""
    names: dict[str, str] = {}
    used = {SUMMARY[language].casefold()}
    for owner in owners:
        shown = UNASSIGNED_WORDS[language] if owner == UNASSIGNED else owner
        plain = FORBIDDEN.sub("_", shown)[:LONGEST_NAME] or "_"
        number, name = 1, plain
        while name.casefold() in used:
            number += 1
            name = f"{plain[: LONGEST_NAME - len(str(number)) - 1]} {number}"
        used.add(name.casefold())
        names[owner] = name
    return names
