"""What a workbook holds besides plain rows: more sheets, hidden rows, merged cells, days, formulas, cut numbers."""

from __future__ import annotations

import re
from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING, Any
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
import xlsxwriter

from rfm_engine.errors import DataError, UsageError
from rfm_engine.orders.read_options import ReadOptions
from rfm_engine.orders.reading import read
from tests.orders.readers.files import collect, order_files
from tests.terminal import AS_OF, rfm

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from xlsxwriter.worksheet import Worksheet

HEADER = ["customer_id", "order_amount", "order_time"]
ROWS = [["a", 1, "2025-06-01"], ["b", 2, "2025-06-02"], ["c", 3, "2025-06-03"]]


def make_book(path: Path, change: Callable[[xlsxwriter.Workbook, Worksheet], object], **options: Any) -> Path:  # noqa: ANN401
    """Write three orders, and whatever `change` makes of their workbook."""
    book = xlsxwriter.Workbook(path, options)
    sheet = book.add_worksheet("orders")
    for number, row in enumerate([HEADER, *ROWS]):
        sheet.write_row(number, 0, row)
    change(book, sheet)
    book.close()
    return path


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


def read_codes(path: Path, options: ReadOptions | None = None) -> tuple[list[str], list[str]]:
    """Return the customers that are read and the codes of the findings."""
    orders = read(order_files([path], options))
    customers = orders.frame.collect().sort("customer_id")["customer_id"].to_list()
    return customers, [finding.code for finding in orders.findings]


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


def test_hidden_rows_and_merged_cells_are_findings(tmp_path: Path) -> None:
    hidden = make_book(tmp_path / "h.xlsx", lambda _, sheet: sheet.set_row(2, None, None, {"hidden": True}))
    merged = make_book(tmp_path / "m.xlsx", lambda _, sheet: sheet.merge_range(1, 4, 3, 4, "note"))
    title = make_book(tmp_path / "t.xlsx", lambda _, sheet: sheet.merge_range(0, 5, 0, 9, "title"))

    assert read_codes(hidden) == (["a", "b", "c"], ["RFM113"])
    assert read_codes(merged) == (["a", "b", "c"], ["RFM114"])
    assert read_codes(title) == (["a", "b", "c"], [])


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


@pytest.mark.parametrize("part", ["ws/sheet1.xml", "worksheets/sheet1.XML", "worksheets/a/sheet1.xml", "x.bin"])
@pytest.mark.parametrize("cell", ['r="XFD1048576"', "r = 'XFD1048576'", 'r="xfd1048576"', 'r\n=\n"XFD1048576"'])
def test_a_stray_cell_is_found_wherever_and_however_it_is_written(part: str, cell: str, tmp_path: Path) -> None:
    whole, path = make_book(tmp_path / "w.xlsx", lambda *_: None), tmp_path / "far.xlsx"
    far = f'<row r="1048576"><c {cell}><v>1</v></c></row></sheetData>'.encode()
    with ZipFile(whole) as archive, ZipFile(path, "w", ZIP_DEFLATED) as packed:
        for name in archive.namelist():
            content = archive.read(name)
            if name == "xl/worksheets/sheet1.xml":
                packed.writestr(f"xl/{part}", content.replace(b"</sheetData>", far))
            else:
                packed.writestr(name, re.sub(rb"worksheets/sheet1\.xml", part.encode(), content))

    answer = rfm("run", "--orders", path, *AS_OF, "--output", tmp_path / "output")

    assert (answer.code, answer.out) == (1, "")
    assert "a cell far from all others" in answer.err


def test_a_workbook_is_read_though_its_suffix_is_of_an_older_format(tmp_path: Path) -> None:
    path = make_book(tmp_path / "o.xls", lambda _book, _sheet: None)

    assert collect([path])["customer_id"].to_list() == ["a", "b", "c"]
