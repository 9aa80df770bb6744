"""Order files and dataset files read a second time, without the engine: by csv, json, tomllib, zipfile and pyarrow.

Cells come out as the plain text that the oracle judges; a file that cannot be read so raises ValueError.
"""

from __future__ import annotations

import csv
import io
import json
import re
import tomllib
import unicodedata
import xml.etree.ElementTree as ET
import zipfile
from codecs import BOM_UTF8, BOM_UTF16_BE, BOM_UTF16_LE, BOM_UTF32_BE, BOM_UTF32_LE
from datetime import date, datetime
from decimal import Decimal
from typing import Any, NamedTuple

import pyarrow as pa
import pyarrow.parquet

from rfm_engine.columns import ALIASES, CHINESE
from tests.oracle import Answer, Rules, TierRule, grade
from tests.test_parsing import EXACT, time_of

BLANKS = " \t\r\n\v\f\u3000\u00a0\ufeff"
SPACES = BLANKS + "\x85\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u2028\u2029\u202f\u205f"
MARKS = {BOM_UTF8: "utf-8-sig", BOM_UTF32_LE: "utf-32", BOM_UTF32_BE: "utf-32", BOM_UTF16_LE: "utf-16", BOM_UTF16_BE: "utf-16"}
WIDE = str.maketrans("０１２３４５６７８９．，－−＋￥\u3000\u00a0", "0123456789.,--+¥  ")
GROUPED = r"(?P<whole>[1-9]\d{0,2}(?:,\d{3})+|\d*)"
AMOUNT = re.compile(
    rf"(?i:(?P<sign>[+-]?)\s*(?:¥|cny|rmb)?|(?:¥|cny|rmb)\s*(?P<late>[+-]))\s*{GROUPED}"
    r"(?:\.(?P<part>\d*))?(?:e(?P<power>[+-]?\d{1,9}))?\s*(?i:元|cny|rmb)?",
    re.ASCII | re.IGNORECASE,
)
SHEET = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
Cell = str | None


class Table(NamedTuple):
    """The records below a header, each with the number a person sees; `torn` are those with too many cells.

    A file that is not `sound` breaks the rules of its format, so that another reading is as good.
    """

    headers: list[str]
    rows: dict[int, list[Cell]]
    torn: frozenset[int] = frozenset()
    sound: bool = True


def decoded(content: bytes, declared: str | None) -> str:
    """The text in the encoding that its mark tells, or the declared one, with line feeds alone."""
    encoding = next((name for mark, name in MARKS.items() if content.startswith(mark)), declared or "utf-8")
    text = content.decode(encoding)
    return text.replace("\r\n", "\n").replace("\r", "\n")


def csv_table(content: bytes, declared: str | None = None) -> Table:
    """A CSV file; the separator is the one that splits the header most."""
    lines = io.StringIO(decoded(content, declared)).readlines()
    separator = max(",\t;", key=lambda sign: len(next(csv.reader(lines[:1], delimiter=sign), [])))
    headers, *records = _records(lines, separator, strict=False)
    numbered = dict(enumerate(records, start=2))
    torn = {row for row, cells in numbered.items() if any(cells[len(headers) :])}
    width = len(headers)
    rows: dict[int, list[Cell]] = {row: [*cells, *[None] * width][:width] for row, cells in numbered.items()}
    return Table(headers, rows, frozenset(torn), _is_sound(lines, separator))


def _records(lines: list[str], separator: str, *, strict: bool) -> list[list[str]]:
    try:
        return list(csv.reader(lines, delimiter=separator, strict=strict))
    except csv.Error as error:
        raise ValueError(error) from error


def _is_sound(lines: list[str], separator: str) -> bool:
    """Whether quotes are where they belong."""
    try:
        return bool(_records(lines, separator, strict=True))
    except ValueError:
        return False


def ndjson_table(content: bytes, declared: str | None = None) -> Table:
    """A file of one object a line; numbers stay as they are written."""
    text = decoded(content, declared)
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
    return Table(headers, dict(enumerate(cells, start=1)))


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    if len({key for key, _ in pairs}) < len(pairs):
        message = "a key that is stated twice"
        raise ValueError(message)
    return dict(pairs)


def parquet_table(content: bytes, declared: str | None = None) -> Table:
    """A Parquet file, by pyarrow."""
    del declared
    try:
        table = pa.parquet.ParquetFile(io.BytesIO(content)).read()
        table.validate(full=True)
        columns = [[_plain(value) for value in column.to_pylist()] for column in table.columns]
    except (pa.ArrowException, OSError, UnicodeDecodeError, OverflowError) as error:
        raise ValueError(error) from error
    rows = [list(cells) for cells in zip(*columns, strict=True)]
    return Table(table.column_names, dict(enumerate(rows, start=1)))


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
            tree = ET.fromstring(archive.read("xl/worksheets/sheet1.xml"))
    except (zipfile.BadZipFile, ET.ParseError, KeyError, OSError, EOFError, NotImplementedError) as error:
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
    return Table(headers, {row: [*filled[row], *[None] * width][:width] for row in others})


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


def folded(header: str) -> str:
    """A header without its width, case, spaces, hyphens and underscores."""
    return re.sub(r"[\s_-]|\ufeff", "", unicodedata.normalize("NFKC", header).casefold())


def mapped(headers: list[str]) -> dict[str, int]:
    """Which column holds what: by its own names first, then by an alias."""
    found = {}
    for name, aliases in ALIASES.items():
        for spellings in ((name, CHINESE[name]), aliases):
            fold = {folded(one) for one in spellings}
            if hits := [place for place, header in enumerate(headers) if folded(header) in fold]:
                (found[name],) = hits
                break
    if lacking := {"customer_id", "order_amount", "order_time"} - set(found):
        message = f"no {', '.join(lacking)} in {headers}"
        raise ValueError(message)
    return found


def amount(cell: str) -> str:
    """An amount as plain decimal text, or the cell itself where it is none."""
    hit = AMOUNT.fullmatch(cell.translate(WIDE).strip(SPACES))
    if not hit or not (hit["whole"] or hit["part"]):
        return "no amount" if cell else ""
    digits = Decimal(f"{hit['whole'].replace(',', '') or 0}.{hit['part'] or 0}")
    power = int(hit["power"] or 0)
    if digits and abs(power) > 1_000:
        return "9" * 30 if power > 0 else "0.0001"
    size = EXACT.scaleb(digits, power if digits else 0)
    return f"{'-' if '-' in (hit['sign'] or '', hit['late'] or '') else ''}{size:f}"


def time(cell: str) -> str:
    """A time in the oracle's spelling, or what is none."""
    text = cell.translate(WIDE).replace("：", ":").replace("／", "/").strip(SPACES)
    found = time_of(text, None) if text == text.strip() else None
    return str(found) if found else "no time" if cell else ""


def answered(table: Table, rules: Rules) -> tuple[Answer, list[tuple[int, str, str]]]:
    """The oracle's answer, and its rejects by row number, header and reason."""
    places = mapped(table.headers)
    numbers = list(table.rows)
    rows = []
    for number in numbers:
        cells = {name: (table.rows[number][place] or "").strip(BLANKS) for name, place in places.items()}
        cells |= {"order_amount": amount(cells["order_amount"]), "order_time": time(cells["order_time"])}
        if number in table.torn:
            cells["order_time"] = "torn"
        row: dict[str, str | None] = {"status" if name == "order_status" else name: text for name, text in cells.items()}
        rows.append(row)
    answer = grade(rows, rules)
    rejects = []
    for index, column, reason in answer.rejects:
        torn = numbers[index] in table.torn and column == "order_time"
        rejects.append((numbers[index], table.headers[places[column]], "too many fields" if torn else reason))
    return answer, rejects


def rules_of(content: bytes) -> tuple[Rules, bool]:
    """The oracle's rules of a dataset file, and whether they are all that the file says."""
    table = tomllib.loads(content.decode("utf-8-sig"), parse_float=Decimal)
    scheme, tiers = table.pop("scheme", {"name": "thresholds"}), table.pop("tiers", {"name": "abcd"})
    stated: dict[str, Any] = {"as_of": _day(table.pop("as_of")), "scheme": scheme.pop("name")}
    if "since" in table:
        stated["since"] = _day(table.pop("since"))
    if "by" in table:
        stated["by"] = tuple(table.pop("by"))
    if "keep_status" in table:
        stated["keep_status"] = tuple(table.pop("keep_status"))
    stated |= {key: table.pop(key) for key in ("grain", "refunds") if key in table}
    if "weights" in table:
        stated["weights"] = tuple(Decimal(weight) for weight in table.pop("weights"))
    for key in ("recency_days", "frequency", "monetary"):
        if key in scheme:
            stated[f"{key.removesuffix('_days')}_cuts"] = tuple(Decimal(cut) for cut in scheme.pop(key))
    stated |= {key: scheme.pop(key) for key in ("bins", "ties") if key in scheme}
    low, middle, high = (Decimal(bound) for bound in tiers.pop("bounds", (2, 3, 4)))
    bounds = {"A": (high, None), "B": (middle, high), "C": (low, middle), "D": (None, low)}
    rules = Rules(**stated)
    changed = tuple(_between(tier, *bounds[tier.name]) for tier in rules.tiers)
    rest = {key: value for key, value in table.items() if key not in ("name", "title", "description", "orders")}
    known = not rest and not scheme and tiers == {"name": "abcd"} and set(rules.by) <= {"region", "store_code"}
    return Rules(**(stated | {"tiers": changed})), known


def _between(tier: TierRule, low: Decimal | None, high: Decimal | None) -> TierRule:
    return TierRule(tier.name, low, True, high, False, *list(vars(tier).values())[5:])


def _day(value: object) -> date:
    if isinstance(value, datetime) or not isinstance(value, str | date):
        message = "no date"
        raise TypeError(message)
    if isinstance(value, date):
        return value
    return datetime.strptime(value.strip().replace("/", "-"), "%Y-%m-%d" if "-" in value or "/" in value else "%Y%m%d").date()
