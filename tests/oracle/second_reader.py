"""Order files read a second time, without the engine: by csv, json, zipfile and pyarrow.

Cells come out as text; a file that cannot be read so raises ValueError.
"""

from __future__ import annotations

import csv
import io
import json
import re
import xml.etree.ElementTree as ET
import zipfile
from codecs import BOM_UTF8, BOM_UTF16_BE, BOM_UTF16_LE, BOM_UTF32_BE, BOM_UTF32_LE
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

BLANKS = " \t\r\n\v\f\u3000\u00a0\ufeff"
MARKS = {
    BOM_UTF8: "utf-8-sig",
    BOM_UTF32_LE: "utf-32",
    BOM_UTF32_BE: "utf-32",
    BOM_UTF16_LE: "utf-16",
    BOM_UTF16_BE: "utf-16",
}
SHEET = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
Cell = str | None


@dataclass(frozen=True, kw_only=True)
class Table:
    """The records below a header, each with the number a person sees; `overlong` are those with too many cells.

    A file that is not `sound` breaks the rules of its format, so that another reading is as good.
    """

    headers: list[str]
    rows: dict[int, list[Cell]]
    overlong: frozenset[int] = frozenset()
    sound: bool = True


def decode(content: bytes, declared: str | None) -> str:
    """The text in the encoding of its mark, or the declared one, with line feeds alone."""
    encoding = next((name for mark, name in MARKS.items() if content.startswith(mark)), declared or "utf-8")
    text = content.decode(encoding)
    return text.replace("\r\n", "\n").replace("\r", "\n")


def csv_table(content: bytes, declared: str | None = None) -> Table:
    """A CSV file; the separator is the one that splits the header most."""
    lines = io.StringIO(decode(content, declared)).readlines()
    separator = max(",\t;", key=lambda sign: len(next(csv.reader(lines[:1], delimiter=sign), [])))
    try:
        headers, *records = csv.reader(lines, delimiter=separator)
    except csv.Error as error:
        raise ValueError(error) from error
    numbered = dict(enumerate(records, start=2))
    overlong = {row for row, cells in numbered.items() if any(cells[len(headers) :])}
    width = len(headers)
    rows: dict[int, list[Cell]] = {row: [*cells, *[None] * width][:width] for row, cells in numbered.items()}
    return Table(headers=headers, rows=rows, overlong=frozenset(overlong), sound=_is_sound("".join(lines), separator))


def _is_sound(text: str, separator: str) -> bool:
    """Whether quotes are where RFC 4180 has them: around a whole field, and doubled within it."""
    return bool(re.fullmatch(rf'(?:(?:"(?:[^"]|"")*+"|[^"{separator}\n]*+)(?:[{separator}\n]|\Z))*+', text))


def ndjson_table(content: bytes, declared: str | None = None) -> Table:
    """A file of one object a line; numbers stay as they are written."""
    text = decode(content, declared)
    lines = [line for line in text.split("\n") if line.strip(" \t")]
    records = [json.loads(line, object_pairs_hook=_once, parse_float=str, parse_int=str) for line in lines]
    if any(not isinstance(record, dict) for record in records):
        message = "not an object"
        raise ValueError(message)
    headers = list(dict.fromkeys(key for record in records for key in record))
    cells = [[record.get(header) for header in headers] for record in records]
    if any(not isinstance(cell, str | None) for row in cells for cell in row):
        message = "a value that is neither text nor a number"
        raise ValueError(message)
    return Table(headers=headers, rows=dict(enumerate(cells, start=1)))


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    if len({key for key, _ in pairs}) < len(pairs):
        message = "a key that stands twice"
        raise ValueError(message)
    return dict(pairs)


def parquet_table(content: bytes, declared: str | None = None) -> Table:
    """A Parquet file, by pyarrow."""
    del declared
    return _columnar(lambda: _pyarrow("parquet").ParquetFile(io.BytesIO(content)).read())


def arrow_table(content: bytes, declared: str | None = None) -> Table:
    """An Arrow IPC file, by pyarrow."""
    del declared
    return _columnar(lambda: _pyarrow("ipc").open_file(io.BytesIO(content)).read_all())


def _pyarrow(module: str) -> Any:  # noqa: ANN401 a package without types
    try:
        return import_module(f"pyarrow.{module}")
    except ImportError as error:  # no dependency of the tests
        raise ValueError(error) from error


def _columnar(read: Callable[[], Any]) -> Table:
    try:
        table = read()
        table.validate(full=True)
        columns = [[_plain(value) for value in column.to_pylist()] for column in table.columns]
    except (OSError, UnicodeDecodeError, OverflowError, TypeError, KeyError, NotImplementedError) as error:
        raise ValueError(error) from error
    rows = [list(cells) for cells in zip(*columns, strict=True)]
    return Table(headers=table.column_names, rows=dict(enumerate(rows, start=1)))


def _plain(value: object) -> Cell:
    if isinstance(value, datetime):
        return value.isoformat(" ")
    if value is None or isinstance(value, str | Decimal | int | date):
        return value if value is None else f"{value:f}" if isinstance(value, Decimal) else str(value)
    message = f"{type(value)} is no cell"
    raise ValueError(message)


def xlsx_table(content: bytes, declared: str | None = None) -> Table:
    """The first sheet of a workbook whose cells hold text of their own."""
    del declared
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            tree = ET.fromstring(archive.read("xl/worksheets/sheet1.xml"))  # noqa: S314 a file of our own, damaged
    except (zipfile.BadZipFile, ET.ParseError, LookupError, OSError, EOFError, NotImplementedError) as error:
        raise ValueError(error) from error
    rows = [int(row.get("r", "")) for row in tree.iter(f"{SHEET}row")]
    if rows != sorted(set(rows)):
        message = "row numbers that do not rise"
        raise ValueError(message)
    found = {number: _cells(row) for number, row in zip(rows, tree.iter(f"{SHEET}row"), strict=True)}
    filled = {row: cells for row, cells in found.items() if any((cell or "").strip(BLANKS) for cell in cells)}
    first, *others = sorted(filled)
    headers = [cell or "" for cell in filled[first]]
    width = len(headers)
    return Table(headers=headers, rows={row: [*filled[row], *[None] * width][:width] for row in others})


def _cells(row: ET.Element) -> list[Cell]:
    cells: dict[int, Cell] = {}
    for cell in row.iter(f"{SHEET}c"):
        place = re.fullmatch(rf"([A-Z]){row.get('r')}", cell.get("r", ""))
        number = ord(place[1]) - ord("A") if place else -1
        if number < max(cells, default=0) or number in cells or cell.get("t") != "inlineStr":
            message = "a cell that is not in its place, or is no inline text"
            raise ValueError(message)
        cells[number] = "".join(text.text or "" for text in cell.iter(f"{SHEET}t"))
    return [cells.get(number) for number in range(max(cells, default=-1) + 1)]
