"""Dates beside text that no date can be with days and months swapped are found; other mixes are not."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest
import xlsxwriter

from tests.terminal import AS_OF, done

if TYPE_CHECKING:
    from pathlib import Path

SWAPPED = "orders.xlsx: 2 order times are dates without a day above 12, and 1 are text with one"


@pytest.mark.parametrize(
    ("times", "found"),
    [
        ((date(2025, 1, 6), date(2025, 5, 12), "25/05/2025"), True),
        ((date(2025, 1, 6), date(2025, 5, 12), "5/25/2025"), True),
        ((date(2025, 1, 6), date(2025, 5, 13), "25/05/2025"), False),
        ((date(2025, 1, 6), date(2025, 5, 12), "2025-05-25"), False),
        (("13/05/2025", "14/05/2025", "25/05/2025"), False),
    ],
)
def test_dates_that_a_spreadsheet_swapped_are_found(times: tuple[object, ...], *, found: bool, tmp_path: Path) -> None:
    with xlsxwriter.Workbook(tmp_path / "orders.xlsx") as book:
        sheet, form = book.add_worksheet(), book.add_format({"num_format": "dd/mm/yyyy"})
        sheet.write_row(0, 0, ["customer_id", "order_id", "order_amount", "order_time"])
        for row, time in enumerate(times, start=1):
            sheet.write_row(row, 0, ["a", f"o{row}", 9])
            sheet.write(row, 3, time, form)

    printed = done("check", "--orders", tmp_path / "orders.xlsx", *AS_OF).out

    assert (SWAPPED in printed, "RFM116" in printed) == (found, found)
