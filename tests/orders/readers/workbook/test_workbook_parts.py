"""What the parts of a workbook show is found: hidden rows, merged cells, stray cells."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any
from zipfile import ZIP_DEFLATED, ZipFile

import pytest

from rfm_engine.orders.readers.workbook.workbook_parts import SheetFacts, WorkbookFacts, read_facts
from tests.orders.readers.workbook.books import make_book, read_codes
from tests.terminal import AS_OF, rfm

if TYPE_CHECKING:
    from pathlib import Path


def test_hidden_rows_and_merged_cells_are_findings(tmp_path: Path) -> None:
    hidden = make_book(tmp_path / "h.xlsx", lambda _, sheet: sheet.set_row(2, None, None, {"hidden": True}))
    merged = make_book(tmp_path / "m.xlsx", lambda _, sheet: sheet.merge_range(1, 4, 3, 4, "note"))
    title = make_book(tmp_path / "t.xlsx", lambda _, sheet: sheet.merge_range(0, 5, 0, 9, "title"))

    assert read_codes(hidden) == (["a", "b", "c"], ["RFM113"])
    assert read_codes(merged) == (["a", "b", "c"], ["RFM114"])
    assert read_codes(title) == (["a", "b", "c"], [])


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


def test_the_facts_of_each_sheet_are_those_of_its_cells(tmp_path: Path) -> None:
    def change(book: Any, sheet: Any) -> None:  # noqa: ANN401 ours of xlsxwriter
        sheet.set_row(2, None, None, {"hidden": True})
        sheet.merge_range("F2:F4", "x")
        other = book.add_worksheet("other")
        other.write_formula("C3", "=1+1", None, "")
        other.write("D3", 5)

    facts = read_facts(make_book(tmp_path / "o.xlsx", change))

    assert not facts.from_1904
    assert facts.sheets["orders"] == SheetFacts(hidden_rows=1, merged_rows=2)
    assert facts.sheets["other"].hidden_rows == 0
    assert read_facts(make_book(tmp_path / "m.xlsx", lambda *_: None, date_1904=True)).from_1904


def test_of_what_is_no_workbook_or_a_damaged_one_nothing_is_known(tmp_path: Path) -> None:
    path = make_book(tmp_path / "o.xlsx", lambda *_: None)
    (tmp_path / "cut.xlsx").write_bytes(path.read_bytes()[:900])
    (tmp_path / "o.csv").write_text("a,b\n", "utf-8")
    with ZipFile(tmp_path / "other.zip", "w") as archive:
        archive.writestr("a.txt", "a")

    assert [read_facts(tmp_path / name) for name in ("cut.xlsx", "o.csv", "other.zip")] == [WorkbookFacts()] * 3
