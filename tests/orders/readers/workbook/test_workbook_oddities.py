"""What a workbook holds besides plain rows: more sheets, hidden rows, merged cells, days, formulas, cut numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import xlsxwriter

from rfm_engine.errors import UsageError
from rfm_engine.orders.read_options import ReadOptions
from tests.orders.readers.files import collect
from tests.orders.readers.workbook.books import HEADER, ROWS, make_book, read_codes

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


def add_sheet(
    name: str, header: list[str], *, is_hidden: bool = False
) -> Callable[[xlsxwriter.Workbook, object], None]:
    def change(book: xlsxwriter.Workbook, _: object) -> None:
        sheet = book.add_worksheet(name)
        sheet.write_row(0, 0, header)
        sheet.write_row(1, 0, ["d", 4, "2025-06-04"])
        if is_hidden:
            sheet.hide()

    return change


@pytest.mark.parametrize(
    ("name", "header", "is_hidden", "expected"),
    [
        ("more", HEADER, False, (["a", "b", "c", "d"], ["RFM111"])),
        ("more", [" Customer_ID", "ORDER_AMOUNT", "order_time"], False, (["a", "b", "c", "d"], ["RFM111"])),
        ("more", ["客户编号", "金额", "下单时间"], False, (["a", "b", "c"], ["RFM112"])),
        ("more", HEADER, True, (["a", "b", "c"], ["RFM112"])),
        ("notes", ["who", "what", "when"], False, (["a", "b", "c"], [])),
    ],
)
def test_sheets_of_one_header_are_read_together_and_others_are_named(
    name: str, header: list[str], *, is_hidden: bool, expected: tuple[list[str], list[str]], tmp_path: Path
) -> None:
    path = make_book(tmp_path / "o.xlsx", add_sheet(name, header, is_hidden=is_hidden))

    assert read_codes(path) == expected


@pytest.mark.parametrize("named", [("orders", "more"), ("all",)])
def test_sheets_that_are_named_are_no_finding(named: tuple[str, ...], tmp_path: Path) -> None:
    path = make_book(tmp_path / "o.xlsx", add_sheet("more", HEADER))

    frame = collect([path], ReadOptions(sheet=named))

    assert read_codes(path, ReadOptions(sheet=named)) == (["a", "b", "c", "d"], [])
    assert read_codes(path, ReadOptions(sheet=("more",))) == (["d"], [])
    origins = frame.select("source_file", "source_row").rows()
    assert origins == [(f"{path} [more]", 2), *((f"{path} [orders]", row) for row in (2, 3, 4))]


def test_named_sheets_of_other_headers_are_refused(tmp_path: Path) -> None:
    path = make_book(tmp_path / "o.xlsx", add_sheet("more", ["客户编号", "金额", "下单时间"]))

    with pytest.raises(UsageError, match="'more' has other headers"):
        read_codes(path, ReadOptions(sheet=("orders", "more")))


def test_a_cover_page_before_the_orders_is_passed_over(tmp_path: Path) -> None:
    book = xlsxwriter.Workbook(tmp_path / "o.xlsx")
    book.add_worksheet("cover").write(0, 0, "Orders of June")
    sheet = book.add_worksheet("orders")
    for number, row in enumerate([HEADER, *ROWS]):
        sheet.write_row(number, 0, row)
    book.close()

    assert read_codes(tmp_path / "o.xlsx") == (["a", "b", "c"], [])


def test_a_workbook_is_read_though_its_suffix_is_of_an_older_format(tmp_path: Path) -> None:
    path = make_book(tmp_path / "o.xls", lambda _book, _sheet: None)

    assert collect([path])["customer_id"].to_list() == ["a", "b", "c"]
