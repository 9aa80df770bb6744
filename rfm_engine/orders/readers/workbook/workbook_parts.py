"""What the parts of an .xlsx file say that its cells do not: hidden rows, merged cells, cut numbers, kinds of dates."""

from __future__ import annotations

import re
import zlib
from dataclasses import dataclass, field
from posixpath import dirname, join, normpath
from typing import TYPE_CHECKING, Final
from xml.etree import ElementTree as ET
from zipfile import BadZipFile, ZipFile, is_zipfile

from rfm_engine.orders.readers.limits import BLOCK, column_number

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from typing import IO

EAST_ASIAN_DATES: Final = frozenset({*range(27, 37), *range(50, 59)})
"""Number formats that are dates in Chinese, Japanese and Korean Excel, and that no workbook describes."""

_FIRST_COLUMN: Final = re.compile(rb"""<dimension\b[^>]*?\bref\s*=\s*["']([A-Z]+)""")
_HIDDEN_ROW: Final = re.compile(rb"""<row\b[^>]*?\bhidden\s*=\s*["'](?:1|true)["']""")
_MERGED: Final = re.compile(rb"""<mergeCell\b[^>]*?\bref\s*=\s*["']([A-Z]+)([0-9]+):([A-Z]+)([0-9]+)""")
_UNCOMPUTED: Final = re.compile(
    rb"""<c\b[^>]*?\br\s*=\s*["']([A-Z]+)[0-9]+["'][^>]*>\s*<f\b[^<]*(?:</f>)?\s*(?:</c>|<v\s*/>|<v>\s*</v>)"""
)
_CUT_NUMBER: Final = re.compile(
    rb"""<c\b(?![^>]*\bt\s*=\s*["'](?!n["']))[^>]*?\br\s*=\s*["']([A-Z]+)[0-9]+["'][^>]*>\s*"""
    rb"""<v>([1-9][0-9]{15,}|[1-9](?:\.[0-9]+)?E\+(?:1[5-9]|[2-9][0-9]))<"""
)


@dataclass(frozen=True, kw_only=True)
class SheetFacts:
    """Hidden rows, rows below their first that merged cells reach into, columns (from 0) of what Excel did not keep."""

    hidden_rows: int = 0
    merged_rows: int = 0
    uncomputed: frozenset[int] = frozenset()
    cut_numbers: frozenset[int] = frozenset()


@dataclass(frozen=True, kw_only=True)
class WorkbookFacts:
    """Whether days are counted from 1904, whether dates have formats that no workbook describes, and its sheets."""

    from_1904: bool = False
    east_asian_dates: bool = False
    sheets: dict[str, SheetFacts] = field(default_factory=dict)


def read_facts(source: Path) -> WorkbookFacts:
    """Return what the parts say; nothing of a file that is no .xlsx."""
    if not is_zipfile(source):
        return WorkbookFacts()
    try:
        with ZipFile(source) as archive:
            return _read_parts(archive)
    except (BadZipFile, KeyError, LookupError, ET.ParseError, RuntimeError, ValueError, OSError, zlib.error):
        return WorkbookFacts()  # the reader of cells says what is wrong, if anything is


def _read_parts(archive: ZipFile) -> WorkbookFacts:
    names = {name.lower(): name for name in archive.namelist()}
    book = _targets(archive, names, "")["officedocument"][0]
    tree, parts = _parse(archive, names, book), _targets(archive, names, book)
    properties = [one for one in tree.iter() if _local(one.tag) == "workbookPr"]
    by_id = dict(_ids(archive, names, book))
    sheets = {}
    for one in tree.iter():
        if _local(one.tag) == "sheet":
            part = by_id.get(next((value for key, value in one.attrib.items() if _local(key) == "id"), ""), "")
            if part.lower() in names:
                with archive.open(names[part.lower()]) as content:
                    sheets[one.attrib.get("name", "")] = _scan_sheet(content)
    return WorkbookFacts(
        from_1904=any(one.attrib.get("date1904") in ("1", "true") for one in properties),
        east_asian_dates=any(_has_east_asian_dates(archive, names, part) for part in parts.get("styles", ())),
        sheets=sheets,
    )


def _targets(archive: ZipFile, names: dict[str, str], part: str) -> dict[str, list[str]]:
    """Return the parts that a part refers to, by the last word of their type."""
    found: dict[str, list[str]] = {}
    for one in _relations(archive, names, part):
        kind = one.attrib.get("Type", "").rpartition("/")[2].lower()
        found.setdefault(kind, []).append(_resolve(part, one.attrib.get("Target", "")))
    return found


def _ids(archive: ZipFile, names: dict[str, str], part: str) -> Iterator[tuple[str, str]]:
    for one in _relations(archive, names, part):
        yield one.attrib.get("Id", ""), _resolve(part, one.attrib.get("Target", ""))


def _relations(archive: ZipFile, names: dict[str, str], part: str) -> list[ET.Element]:
    folder, _, name = part.rpartition("/")
    return list(_parse(archive, names, join(folder, "_rels", f"{name}.rels")))


def _resolve(part: str, target: str) -> str:
    return target.lstrip("/") if target.startswith("/") else normpath(join(dirname(part), target))


def _parse(archive: ZipFile, names: dict[str, str], part: str) -> ET.Element:
    return ET.fromstring(archive.read(names[part.lower()]))  # noqa: S314 its size is bounded, expat bounds entities


def _local(tag: str) -> str:
    return tag.rpartition("}")[2]


def _has_east_asian_dates(archive: ZipFile, names: dict[str, str], part: str) -> bool:
    formats = {
        int(one.attrib.get("numFmtId", 0)) for one in _parse(archive, names, part).iter() if _local(one.tag) == "xf"
    }
    return bool(formats & EAST_ASIAN_DATES)


def _scan_sheet(content: IO[bytes]) -> SheetFacts:
    """Look through a sheet once, without parsing it: what is looked for is rare."""
    hidden, merged, rest, first = 0, 0, b"", 0
    uncomputed: set[bytes] = set()
    cut: set[bytes] = set()
    while block := content.read(BLOCK):
        end = block.rfind(b"</row>")
        whole, rest = (rest + block[:end], block[end:]) if end >= 0 else (b"", rest + block)
        first = first or _find_first_column(whole)
        hidden += len(_HIDDEN_ROW.findall(whole)) if b"hidden" in whole else 0
        uncomputed.update(_UNCOMPUTED.findall(whole) if b"<f" in whole else ())
        cut.update(column for column, _ in (_CUT_NUMBER.findall(whole) if _may_hold_cut_numbers(whole) else ()))
    merged = sum(int(bottom) - int(top) for _, top, _, bottom in _MERGED.findall(rest))
    return SheetFacts(
        hidden_rows=hidden,
        merged_rows=merged,
        uncomputed=frozenset(column_number(column) - first for column in uncomputed),
        cut_numbers=frozenset(column_number(column) - first for column in cut),
    )


def _find_first_column(block: bytes) -> int:
    """Return the position of the first column in use; the reader of cells leaves those before it out."""
    found = _FIRST_COLUMN.search(block[:BLOCK])
    return column_number(found[1]) if found else 1


def _may_hold_cut_numbers(block: bytes) -> bool:
    return re.search(rb"<v>[1-9](?:[0-9]{15}|[0-9.]*E\+)", block) is not None
