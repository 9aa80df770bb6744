"""What the parts of a workbook show is found: hidden rows, merged cells, stray cells."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from zipfile import ZIP_DEFLATED, ZipFile

import pytest

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
