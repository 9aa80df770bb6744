"""Workbooks: the sheet, its rows and cells."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Any
from zipfile import ZIP_DEFLATED, ZipFile

import pytest

from rfm_engine.errors import DataError, UsageError
from rfm_engine.orders.read_options import ReadOptions
from rfm_engine.orders.reading import read
from tests.orders.readers.files import (
    collect,
    order_files,
    workbook,
)

if TYPE_CHECKING:
    from pathlib import Path


def test_a_workbook_gives_ids_as_written_dates_as_dates_and_the_rows_of_the_sheet(tmp_path: Path) -> None:
    orders: list[list[Any]] = [
        ["customer_id", "amount", "date"],
        [17850, 0.29, datetime(2025, 7, 1, 13, 4, 5)],
        [],
        ["007", "¥1,234.50", "2025/7/2"],
        [1.5, 1e10, 20250703],
    ]
    path = workbook(tmp_path / "a.xlsx", {"notes": [["x"]], "orders": orders}, down=3)

    result = collect([path], ReadOptions(sheet=("orders",)))

    assert result["customer_id"].to_list() == ["17850", "007", "1.5"]
    assert result["order_amount_fen"].to_list() == [29, 123450, 10**12]
    assert [time.date() for time in result["order_time"]] == [date(2025, 7, 1), date(2025, 7, 2), date(2025, 7, 3)]
    assert result["source_row"].to_list() == [5, 7, 8]


def test_a_sheet_that_is_not_there_and_a_blank_one_are_refused(tmp_path: Path) -> None:
    path = workbook(tmp_path / "a.xlsx", {"orders": [], "other": [["x"]]})

    with pytest.raises(UsageError, match="'orders', 'other'"):
        read(order_files([path], ReadOptions(sheet=("ordrs",))))
    with pytest.raises(DataError, match="no sheet has a header row below the 1 rows"):
        read(order_files([path], ReadOptions(skip_lines=1)))


def test_a_workbook_that_would_unpack_to_a_bomb_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    with ZipFile(path, "w", ZIP_DEFLATED) as archive, archive.open("xl/worksheets/sheet1.xml", "w") as sheet:
        for _ in range(80):
            sheet.write(b"\0" * (1 << 20))

    with pytest.raises(DataError, match="would unpack"):
        read(order_files([path], ReadOptions()))
