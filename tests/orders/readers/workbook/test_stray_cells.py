"""Workbooks with cells where nobody expects them, or with no sheet."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from zipfile import ZipFile

import polars as pl
import pytest
import xlsxwriter

from tests.terminal import AS_OF, done, read_rows, rfm

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize("place", [(1_048_575, 16_383), (999_999, 200), (1_048_575, 100)])
def test_a_workbook_with_a_cell_far_from_all_others_is_refused_before_it_fills_the_memory(
    place: tuple[int, int], tmp_path: Path
) -> None:
    book = xlsxwriter.Workbook(tmp_path / "far.xlsx")
    sheet = book.add_worksheet()
    sheet.write_row(0, 0, ["customer_id", "order_amount", "order_time"])
    sheet.write_row(1, 0, ["a", 1, "2025-07-01"])
    sheet.write_string(*place, "x")
    book.close()

    answer = rfm("run", "--orders", tmp_path / "far.xlsx", *AS_OF, "--output", tmp_path / "output")

    assert (answer.code, answer.out) == (1, "")
    assert "a cell far from all others" in answer.err


def test_a_wide_workbook_and_a_stray_cell_in_a_later_row_are_read(tmp_path: Path) -> None:
    book = xlsxwriter.Workbook(tmp_path / "wide.xlsx")
    sheet = book.add_worksheet()
    sheet.write_row(0, 0, ["customer_id", "order_amount", "order_time", *(f"more {number}" for number in range(150))])
    sheet.write_row(1, 0, ["a", 1, "2025-07-01"])
    sheet.write_row(9_998, 0, ["b", 1, "2025-07-01"])
    book.close()

    done("run", "--orders", tmp_path / "wide.xlsx", *AS_OF, "--output", tmp_path / "output", "--quiet")

    rows = read_rows(tmp_path / "output" / "wide" / "customers.csv")
    assert [row["customer_id"] for row in rows] == ["a", "b"]


def test_a_workbook_without_a_sheet_is_refused(tmp_path: Path) -> None:
    whole, path = tmp_path / "whole.xlsx", tmp_path / "none.xlsx"
    pl.DataFrame({"a": [1]}).write_excel(whole)
    with ZipFile(whole) as archive, ZipFile(path, "w") as packed:
        for name in archive.namelist():
            packed.writestr(name, re.sub(rb"<sheet [^>]*>", b"", archive.read(name)))

    answer = rfm("run", "--orders", path, *AS_OF, "--output", tmp_path / "output")

    assert (answer.code, answer.out) == (1, "")
    assert "none.xlsx: the workbook has no sheet" in answer.err
