"""Files of one JSON object per line: every value as text, so that ids and amounts stay what they are."""

from __future__ import annotations

import codecs
import json
import re
from glob import escape
from typing import TYPE_CHECKING, Final, NoReturn

import polars as pl

from rfm_engine.errors import DataError, UsageError
from rfm_engine.orders.readers.damage import damage_error
from rfm_engine.orders.readers.limits import refuse_long_lines
from rfm_engine.orders.readers.nested_keys import list_keys, take_from_json
from rfm_engine.orders.readers.table import (
    SCAN_FILE,
    SCAN_ROW,
    RawTable,
    Scan,
    count_rows,
    locate_rows,
    refuse_wide,
    share_scans,
)
from rfm_engine.orders.readers.text.encodings import UTF8, find_undecodable_byte, to_utf8
from rfm_engine.orders.readers.text.json_array import unpack_array
from rfm_engine.orders.readers.text.json_faults import refuse_lossy_lines

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from rfm_engine.orders.files.order_file import OrderFile

INFERRED_LINES: Final = 10_000
"""Lines of JSON that are parsed for their keys; all are, where another key stands further down."""


def read_ndjson(files: Sequence[OrderFile]) -> Iterator[RawTable]:
    """Scan files of one JSON object per line, those of the same keys together."""
    texts = {file.path: _open_text(file) for file in files}
    schemas = {file.path: _read_schema(file, texts[file.path]) for file in files}
    keys = {path: list_keys(schema) for path, schema in schemas.items()}
    for group in share_scans(files, lambda file: tuple(keys[file.path].items())):
        places, paths = [texts[file.path] for file in group], keys[group[0].path]
        headers, nested = list(paths), {header: path for header, path in paths.items() if len(path) > 1}
        frame = pl.scan_ndjson(
            [escape(str(place)) for place in places],
            schema=dict.fromkeys((path[0] for path in paths.values()), pl.String()),
            row_index_name=SCAN_ROW,
            include_file_paths=SCAN_FILE,
        ).with_columns(take_from_json(path).alias(header) for header, path in nested.items())
        heights = count_rows(frame, places)
        scan = Scan(frame=frame, headers=headers, columns=headers, first_row=1, heights=heights, places=places)
        yield locate_rows(group, scan, is_text=True)


def _open_text(file: OrderFile) -> Path:
    if file.options.has_decimal_comma:
        message = f"{file.path}: decimal_comma is for CSV files; the numbers of JSON are numbers already"
        raise UsageError(message)
    encoding = file.options.encoding
    if encoding is not None and codecs.lookup(encoding).name not in UTF8:
        message = f"{file.path}: lines of JSON are UTF-8 by their standard; leave --encoding {encoding} out"
        raise UsageError(message)
    text = to_utf8(file, is_json=True).path
    if not text.stat().st_size:
        message = f"{file.path}: the file is empty; without a line its columns are not known"
        raise DataError(message)
    text = unpack_array(file, text)
    refuse_long_lines(text, file.path)
    return text


def _read_schema(file: OrderFile, text: Path) -> dict[str, pl.DataType]:
    try:
        schema = _infer_schema(text, INFERRED_LINES)
        refuse_wide(file.path, list(schema))
        schema = _infer_schema(text, None) if _has_other_keys(text, list(schema)) else schema
        refuse_lossy_lines(file.path, text, list(schema))
    except (pl.exceptions.PolarsError, OSError) as error:
        raise _find_broken_line(file.path, text) or damage_error(file, "NDJSON", error) from error
    return schema


def _infer_schema(text: Path, lines: int | None) -> dict[str, pl.DataType]:
    return dict(pl.scan_ndjson(escape(str(text)), infer_schema_length=lines).collect_schema())


def _has_other_keys(text: Path, known: Sequence[str]) -> bool:
    """Return whether a line may have a key besides those known: it has more ends of keys than known keys.

    A value with such an end in it raises the alarm too, and so does space between a key and its colon: then all lines
    are parsed. For a million lines this takes 0.7 s; to parse them all for their keys takes 1.8 s.
    """
    line = pl.col("line")
    known_names = "|".join(re.escape(json.dumps(name, ensure_ascii=False)) for name in known)
    more = line.str.count_matches(r'":', literal=True) > line.str.count_matches(f"(?:{known_names}):")
    spaced = line.str.contains(r"[ \t\r]:")
    lines = pl.scan_lines(text, name="line", glob=False)
    return bool(lines.select((more | spaced).any()).collect(engine="streaming").item())


def diagnose_ndjson(file: OrderFile) -> DataError | None:
    """Return what is wrong with a file of JSON lines, or None."""
    return find_undecodable_byte(file, is_json=True) or _find_broken_line(file.path, to_utf8(file, is_json=True).path)


def _find_broken_line(path: Path, text: Path) -> DataError | None:
    """Return an error that names the first line that is no JSON object, or None."""
    with text.open("rb") as file:
        for number, line in enumerate(file, start=1):
            if reason := line.strip() and _why_no_object(line):
                return DataError(f"{path}: line {number} is no JSON object ({reason!s}); fix or delete the line")
    return None


def _why_no_object(line: bytes) -> str:
    try:
        return "" if isinstance(json.loads(line, parse_constant=_refuse), dict) else "another value"
    except ValueError as error:
        return str(error)


def _refuse(constant: str) -> NoReturn:
    message = f"{constant} is no JSON"
    raise ValueError(message)
