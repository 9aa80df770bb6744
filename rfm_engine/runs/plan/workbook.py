"""The workbook that callers fill in: a summary, and a sheet for each owner."""

from __future__ import annotations

import re
from datetime import datetime, time
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from rfm_engine.runs.plan.owners import UNASSIGNED
from rfm_engine.runs.plan.tables import TO_FILL, translate_headers
from rfm_engine.runs.plan.words import OUTCOME_LISTS, SUMMARY, UNASSIGNED_WORDS

if TYPE_CHECKING:
    from pathlib import Path

    import polars as pl
    from xlsxwriter import Workbook
    from xlsxwriter.worksheet import Worksheet

    from rfm_engine.runs.plan.month import Month

FORBIDDEN: Final = re.compile(r"[\[\]:*?/\\']")
LONGEST_NAME: Final = 31
WIDTHS: Final = {
    **dict.fromkeys(("date", "due", "last_contact", "done_on", "outcome", "why", "phone", "monetary"), 12),
    "customer_id": 15,
    "focus": 36,
    "last_product_name": 14,
    "note": 26,
    "last_order_time": 19,
    "owner": 14,
}
WIDTH: Final = 10
PIXELS: Final = 7
"""Of a character."""

INPUT: Final = {"bg_color": "#FFF8D6", "border": 1, "border_color": "#E4D9A8"}


class PlanStyle(NamedTuple):
    """What a workbook depends on besides its calls: the month, the language of headers, and the currency of money."""

    month: Month
    language: str
    currency: str | None


def write_plan_workbook(path: Path, summary: pl.DataFrame, calls: pl.DataFrame, style: PlanStyle) -> None:
    """Write the plan as a workbook, the same bytes every time.

    `calls` may have further columns, such as names and phones. Cells that a caller fills in are yellow, with a list of
    outcomes and a date; the head stays in view, and a sheet prints on pages of its width.
    """
    from xlsxwriter import Workbook  # noqa: PLC0415 only who plans pays for it

    options = {"strings_to_formulas": False, "strings_to_urls": False, "default_date_format": "yyyy-mm-dd"}
    workbook = Workbook(str(path), options)
    workbook.set_properties(
        {"created": datetime.combine(style.month.first_day, time()), "title": f"plan {style.month}"}
    )
    _add_sheet(workbook, SUMMARY[style.language], summary, style)
    names = _sheet_names(calls["owner"].unique().sort().to_list(), style.language)
    for owner, name in names.items():
        theirs = calls.filter(calls["owner"] == owner)
        sheet = _add_sheet(workbook, name, theirs, style)
        _add_inputs(workbook, sheet, theirs, style.language)
    workbook.close()


def _add_sheet(workbook: Workbook, name: str, table: pl.DataFrame, style: PlanStyle) -> Worksheet:
    """Add a sheet with a table, and return it."""
    sheet = workbook.add_worksheet(name)
    shown = translate_headers(table, style.language, style.currency)
    headers = list(zip(shown.columns, table.columns, strict=True))
    widths: dict[Any, int] = {header: PIXELS * WIDTHS.get(column, WIDTH) for header, column in headers}
    shown.write_excel(
        workbook,
        sheet,
        table_style={"style": "Table Style Light 1", "banded_rows": False},
        column_widths=widths,
        freeze_panes=(1, 0),
        header_format={"bold": True, "text_wrap": True, "valign": "top"},
        column_formats={header: "#,##0.00" for header, column in headers if column == "monetary"},
    )
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)
    return sheet


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
