"""What a workbook did not keep is refused where orders need it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from rfm_engine.errors import DataError
from rfm_engine.orders.read_options import ReadOptions
from tests.orders.readers.files import collect
from tests.orders.readers.workbook.books import make_book, read_codes

if TYPE_CHECKING:
    from pathlib import Path

    import xlsxwriter
    from xlsxwriter.worksheet import Worksheet


def write_ids(_: xlsxwriter.Workbook, sheet: Worksheet) -> None:
    sheet.write_number(2, 0, 2025060512345678901)
    sheet.write_string(3, 0, "2025060512345678901")


def test_formulas_without_a_value_and_numbers_that_excel_cut_are_refused_where_orders_need_them(tmp_path: Path) -> None:
    formula = make_book(tmp_path / "f.xlsx", lambda _, sheet: sheet.write_formula(1, 1, "=1+1", None, ""))
    number = make_book(tmp_path / "n.xlsx", write_ids)
    unneeded = make_book(tmp_path / "u.xlsx", lambda _, sheet: sheet.write_formula(1, 7, "=1+1", None, ""))

    with pytest.raises(DataError, match=r"'order_amount' \(order_amount\) has formulas without a stored value"):
        collect([formula])
    with pytest.raises(DataError, match=r"'customer_id' \(customer_id\) has numbers of more than 15 digits"):
        collect([number])
    assert read_codes(unneeded) == (["a", "b", "c"], [])


def test_text_amounts_with_a_comma_stand_beside_numbers(tmp_path: Path) -> None:
    def change(_: xlsxwriter.Workbook, sheet: Worksheet) -> None:
        sheet.write_string(1, 1, "1.010,50")
        sheet.write_number(2, 1, 1.234)

    path = make_book(tmp_path / "o.xlsx", change)

    fen = collect([path], ReadOptions(decimal_comma=True))["order_amount_fen"].to_list()
    assert fen == [101_050, 123, 300]
