"""OpenDocument and binary workbooks with cells far from all others are refused before they fill the memory."""

from __future__ import annotations

from typing import TYPE_CHECKING
from zipfile import ZipFile

import pytest

from tests.terminal import AS_OF, done, read_rows, rfm

if TYPE_CHECKING:
    from pathlib import Path

NAMES = "office:1.0 table:1.0 text:1.0"
HEAD = "<office:document-content " + " ".join(
    f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"' for name in ("office", "table", "text")
)


def cell(text: str, repeated: int = 1) -> str:
    number = f' table:number-columns-repeated="{repeated}"' if repeated > 1 else ""
    if not text:
        return f"<table:table-cell{number}/>"
    return f'<table:table-cell office:value-type="string"{number}><text:p>{text}</text:p></table:table-cell>'


def row(*cells: str, repeated: int = 1) -> str:
    number = f' table:number-rows-repeated="{repeated}"' if repeated > 1 else ""
    return f"<table:table-row{number}>{''.join(cells)}</table:table-row>"


def write_ods(path: Path, *rows: str) -> Path:
    usual = (row(*map(cell, ("customer_id", "order_amount", "order_time"))), row(*map(cell, ("a", "9", "2025-06-01"))))
    table = f'<table:table table:name="June">{"".join((*usual, *rows))}</table:table>'
    body = f"<office:body><office:spreadsheet>{table}</office:spreadsheet></office:body>"
    with ZipFile(path, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("META-INF/manifest.xml", "<manifest/>")
        archive.writestr("content.xml", f"{HEAD}>{body}</office:document-content>")
    return path


@pytest.mark.parametrize(
    "far",
    [
        (row(cell(""), repeated=1_000_000), row(cell("", 200), cell("x"))),
        (row(cell("x", 16_384), repeated=1_048_576),),
        (row(cell("", 16_000), cell("x")), row(cell(""), repeated=900_000), row(cell("x"))),
    ],
)
def test_an_open_document_with_a_far_cell_is_refused(far: tuple[str, ...], tmp_path: Path) -> None:
    answer = rfm("run", "--orders", write_ods(tmp_path / "o.ods", *far), *AS_OF, "--output", tmp_path / "out")

    assert (answer.code, answer.out) == (1, "")
    assert "a cell far from all others" in answer.err


def test_blank_rows_and_columns_that_spreadsheets_add_at_the_end_are_nothing(tmp_path: Path) -> None:
    path = write_ods(tmp_path / "o.ods", row(cell("", 16_384), repeated=1_048_574))

    done("run", "--orders", path, *AS_OF, "--output", tmp_path / "out", "--quiet")

    assert [line["customer_id"] for line in read_rows(tmp_path / "out" / "o" / "customers.csv")] == ["a"]


def record(kind: int, number: int) -> bytes:
    return bytes([kind, 4]) + number.to_bytes(4, "little")


@pytest.mark.parametrize(("place", "is_refused"), [((1_048_575, 16_383), True), ((9, 9), False)])
def test_a_binary_workbook_with_a_far_cell_is_refused(
    place: tuple[int, int], *, is_refused: bool, tmp_path: Path
) -> None:
    with ZipFile(tmp_path / "o.xlsb", "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr(
            "xl/worksheets/sheet1.bin", record(0, 0) + record(2, 1) + record(0, place[0]) + record(7, place[1])
        )

    answer = rfm("run", "--orders", tmp_path / "o.xlsb", *AS_OF, "--output", tmp_path / "out")

    assert answer.code == 1
    assert ("a cell far from all others" in answer.err) == is_refused
