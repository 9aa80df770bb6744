"""The workbook of a plan: cells to fill in, pages to print, and the way back of the very file that was handed out."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from zipfile import ZipFile

import polars as pl
import pytest

from tests.terminal import read_rows

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(scope="module")
def sheets(december_plan: Path) -> list[str]:
    """The XML of each sheet, the summary first."""
    with ZipFile(december_plan / "plan.xlsx") as book:
        names = [name for name in book.namelist() if name.startswith("xl/worksheets/sheet")]
        return [book.read(name).decode() for name in sorted(names, key=lambda name: int(re.sub(r"\D", "", name)))]


def test_every_sheet_prints_on_landscape_pages_of_its_width_under_its_head(sheets: list[str]) -> None:
    for sheet in sheets:
        assert {'orientation="landscape"', 'paperSize="9"', 'fitToHeight="0"'} <= set(re.findall(r'\w+="\w+"', sheet))
        assert "&amp;C&amp;A" in sheet


def test_the_head_and_the_customer_stay_in_view(sheets: list[str]) -> None:
    assert all(re.search(r'<pane xSplit="2" ySplit="1"[^>]* state="frozen"', sheet) for sheet in sheets[1:])


def test_callers_choose_outcomes_and_enter_dates_alone(sheets: list[str]) -> None:
    for sheet in sheets[1:]:
        assert '"reached,no answer,refused,do not call"' in sheet
        assert 'dataValidation type="date"' in sheet


def test_columns_are_as_wide_as_the_words_of_their_heads(december_plan: Path, sheets: list[str]) -> None:
    tables = pl.read_excel(december_plan / "plan.xlsx", sheet_id=0, infer_schema_length=0)
    for table, sheet in zip(tables.values(), sheets, strict=True):
        widths = [
            float(width)
            for first, last, width in re.findall(r'<col min="(\d+)" max="(\d+)" width="([\d.]+)"', sheet)
            for _ in range(int(first), int(last) + 1)
        ]
        words = [max(map(len, header.split())) for header in table.columns]
        assert [header for header, width, word in zip(table.columns, widths, words, strict=True) if word > width] == []


def test_each_owner_has_a_sheet_with_the_calls_of_the_plan(december_plan: Path) -> None:
    tables = pl.read_excel(december_plan / "plan.xlsx", sheet_id=0, infer_schema_length=0)
    rows = read_rows(december_plan / "plan.csv")
    assert [*tables] == ["Summary", *sorted({row["owner"] for row in rows})]
    assert [name for table in [*tables.values()][1:] for name in table["customer id"]] == [
        row["customer_id"] for row in rows
    ]
