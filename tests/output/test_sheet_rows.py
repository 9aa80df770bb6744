"""Rows of a sheet: what is written whole columns at a time is what XlsxWriter writes cell by cell."""

from __future__ import annotations

import re
from datetime import date, datetime
from decimal import Decimal
from io import BytesIO
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree as ET
from xml.sax.saxutils import unescape
from zipfile import ZipFile

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from xlsxwriter import Workbook

from rfm_engine.output import excel, sheet_rows
from rfm_engine.output.excel import write_workbook
from rfm_engine.output.sheet_rows import escape, list_rows

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

SHEET = "xl/worksheets/sheet1.xml"
NAMESPACE = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
ALPHABET = "abZ09 é路😀&<>\"'\t\n\r\x00\x01\x1f\x7f\x85\u00a0\u3000\ufeff\ufffe\uffff_x"
TEXTS = st.text(ALPHABET, max_size=12) | st.lists(
    st.sampled_from(["_x0041_", "_x0041", "a_x000d_b", "_xFFFE_", "x00aB_", "_x00g1_", "_", " "]), max_size=3
).map("".join)
CODE = re.compile("_x([0-9a-fA-F]{4})_")
TWO_CODES = re.compile(CODE.pattern + CODE.pattern[1:])
PLAIN_TEXTS = TEXTS.filter(lambda text: not TWO_CODES.search(text))
"""Without two codes that share a sign, of which XlsxWriter writes one so that it is read as a sign."""

COLUMNS: dict[str, tuple[Any, st.SearchStrategy[Any]]] = {
    "text": (pl.String, PLAIN_TEXTS),
    "number": (pl.Int64, st.integers(-(10**15) + 1, 10**15 - 1)),
    "money": (pl.Decimal(15, 2), st.decimals(-(10**12), 10**12, places=2)),
    "day": (pl.Date, st.dates(date(1900, 3, 1), date(9999, 12, 31))),
    "time": (pl.Datetime("us"), st.datetimes(datetime(1900, 3, 1), datetime(9999, 12, 31))),
}
ROWS = st.lists(st.fixed_dictionaries({name: st.none() | values for name, (_, values) in COLUMNS.items()}), max_size=7)
FRAMES = ROWS.map(lambda rows: pl.DataFrame(rows, {name: dtype for name, (dtype, _) in COLUMNS.items()}))


def decode(written: str) -> str:
    """Return a text with the signs whose codes it has."""
    return CODE.sub(lambda code: chr(int(code[1], 16)), written)


def cells(sheet: bytes) -> Iterator[tuple[str, str | float]]:
    """Yield where each cell of a sheet is, and its text or number."""
    for cell in ET.fromstring(sheet).iter(f"{NAMESPACE}c"):  # noqa: S314 our own
        number, place = cell.find(f"{NAMESPACE}v"), cell.attrib["r"]
        if cell.attrib.get("t") == "s":
            continue  # a header
        if number is None:
            (text,) = cell.iter(f"{NAMESPACE}t")
            spaced = text.attrib.get("{http://www.w3.org/XML/1998/namespace}space") == "preserve"
            yield place, f"{decode(text.text or '')}{' (spaced)' if spaced else ''}"
        else:
            yield place, float(number.text or "")


def divide(sheet: bytes) -> tuple[dict[str, str], dict[str, float]]:
    """Return the cells with text and those with numbers."""
    values = dict(cells(sheet))
    texts = {place: value for place, value in values.items() if isinstance(value, str)}
    return texts, {place: value for place, value in values.items() if not isinstance(value, str)}


def write_cell_by_cell(customers: pl.DataFrame) -> bytes:
    """Return a sheet as XlsxWriter writes it."""
    packed = BytesIO()
    with Workbook(packed, {"constant_memory": True}) as workbook:
        sheet, plain = workbook.add_worksheet(), workbook.add_format()
        for row, values in enumerate(customers.iter_rows(), start=1):
            for column, value in enumerate(values):
                if isinstance(value, str):
                    sheet.write_string(row, column, value)
                elif isinstance(value, Decimal | int):
                    sheet.write_number(row, column, float(value))
                elif value is not None:
                    sheet.write_datetime(row, column, value, plain)
    with ZipFile(packed) as archive:
        return archive.read(SHEET)


def sheet_of(path: Path) -> bytes:
    """Return a workbook's sheet."""
    with ZipFile(path) as archive:
        return archive.read(SHEET)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(FRAMES)
def test_rows_are_those_that_are_written_cell_by_cell(monkeypatch: pytest.MonkeyPatch, customers: pl.DataFrame) -> None:
    monkeypatch.setattr(sheet_rows, "AT_ONCE", 3)
    rows = "".join(list_rows(customers, "ABCDE", "00000", {}))

    texts, numbers = divide(f'<s xmlns="{NAMESPACE[1:-1]}">{rows}</s>'.encode())

    expected = divide(write_cell_by_cell(customers))
    assert len(rows.encode()) <= excel._bound_bytes(customers)  # noqa: SLF001
    assert texts == expected[0]
    assert numbers == pytest.approx(expected[1], rel=2e-15, abs=0)


@given(TEXTS)
def test_the_text_of_a_cell_is_read_back_as_it_was(text: str) -> None:
    (written,) = pl.select(escape(pl.lit(text))).to_series()

    assert decode(unescape(written)) == text
    assert not set(written) & {*map(chr, range(32)), "\ufffe", "\uffff"} - {"\t", "\n"}


@pytest.mark.parametrize("text", ["<r><t>tent</t></r>", "<r></r>", "&lt;", "]]>", "=1+1", "0012"])
def test_a_text_stays_that_text_whatever_it_looks_like(text: str, tmp_path: Path) -> None:
    write_workbook(pl.DataFrame({"name": [text]}), tmp_path / "c.xlsx", date(2025, 7, 1))

    assert pl.read_excel(tmp_path / "c.xlsx", schema_overrides={"name": pl.String})["name"].to_list() == [text]
    assert ("A2", text) in cells(sheet_of(tmp_path / "c.xlsx"))


@pytest.mark.parametrize("text", ["a", "&", "\x01", "_x0041_", " "])
def test_rows_are_not_longer_than_their_bound(text: str) -> None:
    customers = pl.DataFrame({"text": [text * 200, None]})

    (rows,) = list_rows(customers, "A", "0", {})

    assert len(rows) <= excel._bound_bytes(customers) < 8 * len(rows)  # noqa: SLF001


@pytest.mark.parametrize("most", [0, excel.MOST_BYTES])
@pytest.mark.parametrize("rows", [0, 1, 4, 9])
def test_a_sheet_of_any_size_is_read_back_and_says_how_large_it_is(
    rows: int, most: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sheet_rows, "AT_ONCE", 4)
    monkeypatch.setattr(excel, "MOST_BYTES", most)  # 0: the form for large files
    customers = pl.DataFrame({"customer_id": [f"c{row}" for row in range(rows)], "frequency": [*range(rows)]})

    write_workbook(customers, tmp_path / "c.xlsx", date(2025, 7, 1))

    assert f'<dimension ref="A1:B{rows + 1}"/>'.encode() in sheet_of(tmp_path / "c.xlsx")
    assert pl.read_excel(tmp_path / "c.xlsx", raise_if_empty=False).rows() == customers.rows()


def test_each_type_of_column_and_money_of_several_currencies_has_its_form(tmp_path: Path) -> None:
    customers = pl.DataFrame(
        {
            "id": ["007", "008", "009"],
            "spend": ["1200", "-1.765", "5.50"],
            "frequency": [1, 2, 3],
            "monetary": [Decimal("1.00")] * 3,
            "day": [date(2025, 7, 1)] * 3,
            "time": [datetime(2025, 7, 1, 12)] * 3,
        }
    )

    write_workbook(customers, tmp_path / "c.xlsx", date(2025, 7, 1), ["spend", "absent"])

    assert [*forms(tmp_path / "c.xlsx", "ABCDEF", 2)] == [
        *("text", "0", "General", "0.00", "yyyy-mm-dd", "yyyy-mm-dd hh:mm:ss")
    ]
    assert [form for row in (2, 3, 4) for form in forms(tmp_path / "c.xlsx", "B", row)] == ["0", "0.000", "0.00"]
    assert pl.read_excel(tmp_path / "c.xlsx")["spend"].to_list() == [1200, -1.765, 5.5]


def forms(path: Path, columns: str, row: int) -> Iterator[str]:
    """Yield how cells of a row are shown: as text, or the form of their numbers."""
    with ZipFile(path) as archive:
        styles, sheet = (ET.fromstring(archive.read(part)) for part in ("xl/styles.xml", SHEET))  # noqa: S314 our own
    codes = {form.attrib["numFmtId"]: form.attrib["formatCode"] for form in styles.iter(f"{NAMESPACE}numFmt")}
    (kinds,) = styles.iter(f"{NAMESPACE}cellXfs")
    of_cells = {cell.attrib["r"]: kinds[int(cell.attrib["s"])].attrib for cell in sheet.iter(f"{NAMESPACE}c")}
    known = codes | {"0": "General", "1": "0", "2": "0.00"}
    for column in columns:
        kind = of_cells[f"{column}{row}"]
        yield "text" if kind.get("quotePrefix") == "1" else known[kind["numFmtId"]]
