"""Texts in workbooks that XlsxWriter writes are read back as they were, whatever they look like."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import polars as pl
import pytest
from xlsxwriter import Workbook

from rfm_engine.output.excel import write_workbook
from rfm_engine.output.workbook_text import add_sheet, guard_headers
from rfm_engine.runs.plan.month import Month
from rfm_engine.runs.plan.workbook import PlanStyle, write_plan_workbook

if TYPE_CHECKING:
    from pathlib import Path

TEXTS = [
    "<r></b></r>",
    "<r><t>tent</t></r>",
    "<r></r>",
    "<r>tent",
    "=1+1",
    "{=1}",
    "https://shop.example",
    "0012",
    "&lt;",
]


def read(path: Path) -> pl.DataFrame:
    return pl.read_excel(path, infer_schema_length=0, raise_if_empty=False)


def test_texts_of_a_table_stay_as_they_are(tmp_path: Path) -> None:
    table = pl.DataFrame({"product": TEXTS})

    with Workbook(tmp_path / "table.xlsx") as workbook:
        table.write_excel(workbook, add_sheet(workbook, "table"), column_formats={"product": {"bold": True}})

    assert read(tmp_path / "table.xlsx").equals(table)


@pytest.mark.parametrize("name", TEXTS)
def test_headers_of_customers_stay_as_they_are(name: str, tmp_path: Path) -> None:
    write_workbook(pl.DataFrame({name: ["a"]}), tmp_path / "customers.xlsx", date(2025, 7, 1))

    assert read(tmp_path / "customers.xlsx").columns == [name]


def test_a_plan_of_customers_and_products_that_look_like_markup_can_be_opened(tmp_path: Path) -> None:
    empty = pl.lit(None, pl.String)
    calls = pl.DataFrame({"owner": "ann", "customer_id": TEXTS, "<r></c></r>": TEXTS})
    calls = calls.with_columns(outcome=empty, done_on=pl.lit(None, pl.Date), note=empty)

    style = PlanStyle(Month(date(2025, 7, 1)), "en", None)
    write_plan_workbook(tmp_path / "plan.xlsx", calls.select("owner", "customer_id"), calls, style)

    written = pl.read_excel(tmp_path / "plan.xlsx", sheet_name="ann", infer_schema_length=0)
    assert written["customer id"].to_list() == written[" <r></c></r>"].to_list() == TEXTS


def test_a_header_that_looks_like_markup_gets_a_space_and_no_other_changes() -> None:
    assert guard_headers(pl.DataFrame({"<r>a</r>": [], "<r>b": [], "c</r>": []})).columns == [
        " <r>a</r>",
        "<r>b",
        "c</r>",
    ]
