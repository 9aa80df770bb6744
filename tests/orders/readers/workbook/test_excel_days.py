"""Numbers of days are dates, and times of a day are none."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from rfm_engine.orders.reading import read
from tests.orders.readers.files import collect, order_files
from tests.orders.readers.workbook.books import make_book

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    import xlsxwriter
    from xlsxwriter.worksheet import Worksheet


def write_times(values: list[Any], form: str | None = None) -> Callable[[xlsxwriter.Workbook, Worksheet], None]:
    def change(book: xlsxwriter.Workbook, sheet: Worksheet) -> None:
        style = book.add_format({"num_format": form}) if form else None
        for row, value in enumerate(values, start=1):
            write = sheet.write_datetime if not isinstance(value, int | float) else sheet.write_number
            write(row, 2, value, style)

    return change


@pytest.mark.parametrize("start", [datetime(1899, 12, 30), datetime(1904, 1, 1)])
@pytest.mark.parametrize(("form", "codes"), [(None, ["RFM115"]), ("General", ["RFM115"]), (31, []), (57, [])])
def test_numbers_of_days_are_dates(start: datetime, form: Any, codes: list[str], tmp_path: Path) -> None:  # noqa: ANN401
    days = (datetime(2025, 6, 5) - start).days
    is_1904 = start.year == 1904
    path = make_book(tmp_path / "o.xlsx", write_times([days, days + 0.5, days + 1], form), date_1904=is_1904)

    orders = read(order_files([path]))

    times = [datetime(2025, 6, 5), datetime(2025, 6, 5, 12), datetime(2025, 6, 6)]
    assert orders.frame.collect()["order_time"].to_list() == times
    assert [finding.code for finding in orders.findings] == codes


@pytest.mark.parametrize(
    ("value", "form"),
    [
        (time(10, 0), "hh:mm"),
        (timedelta(days=1), "[h]:mm"),
        (timedelta(hours=1_000), "[h]:mm"),
        (-1, "yyyy-mm-dd"),
        (0, "yyyy-mm-dd"),
        (0.5, "yyyy-mm-dd hh:mm"),
    ],
)
def test_times_of_a_day_and_lengths_of_time_are_no_order_times(value: Any, form: str, tmp_path: Path) -> None:  # noqa: ANN401
    path = make_book(tmp_path / "o.xlsx", write_times([value], form))

    assert [value is None for value in collect([path])["order_time"]] == [True, False, False]
