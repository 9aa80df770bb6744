"""Files that know their columns: Parquet, Arrow IPC, and lines of JSON."""

from __future__ import annotations

import json
import re
from glob import escape
from itertools import accumulate
from typing import TYPE_CHECKING, Final

import polars as pl

from rfm_engine.errors import DataError, UsageError
from rfm_engine.orders.readers.diagnosis import damage_error, find_broken_line
from rfm_engine.orders.readers.encodings import to_utf8
from rfm_engine.orders.readers.limits import refuse_long_lines
from rfm_engine.orders.readers.table import SCAN_FILE, SCAN_ROW, RawTable, hive_columns, one_file_table, refuse_wide

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from rfm_engine.orders.read_options import ReadOptions

INFERRED_LINES: Final = 10_000
"""Lines of JSON that are parsed for their keys; all are, where another key stands further down."""


def read_parquet(paths: Sequence[Path]) -> list[RawTable]:
    """Scan Parquet files, those of one schema together: a scan of its own for each of 1,000 files takes far longer."""
    groups: dict[tuple[object, ...], list[Path]] = {}
    for path in paths:
        try:
            schema = pl.scan_parquet(path, glob=False, hive_partitioning=False).collect_schema()
        except (pl.exceptions.PolarsError, pl.exceptions.PanicException, OSError) as error:
            raise damage_error(path, "Parquet", error) from error
        groups.setdefault((*schema.items(), *hive_columns(path)), []).append(path)
    return [_parquet_of_one_schema(group) for group in groups.values()]


def _parquet_of_one_schema(paths: list[Path]) -> RawTable:
    keys = dict.fromkeys(hive_columns(paths[0]), pl.String())
    frame = pl.scan_parquet(
        paths,
        glob=False,
        hive_partitioning=bool(keys),
        hive_schema=keys or None,
        row_index_name=SCAN_ROW,
        include_file_paths=SCAN_FILE,
    )
    headers = [name for name in frame.collect_schema() if name not in (SCAN_ROW, SCAN_FILE)]
    refuse_wide(paths[0], headers)
    if len(paths) == 1:
        return one_file_table(paths[0], frame, headers, headers, 1)
    return RawTable(frame, headers, headers, list(paths), _row_in_file(paths), pl.col(SCAN_FILE))


def _row_in_file(paths: Sequence[Path]) -> pl.Expr:
    """Return the number of a row within its own file; the footers tell how many rows stand in the files before."""
    heights = [
        pl.scan_parquet(path, glob=False, hive_partitioning=False).select(pl.len()).collect().item() for path in paths
    ]
    above = dict(zip(map(str, paths), accumulate(heights, initial=0), strict=False))
    return pl.col(SCAN_ROW).cast(pl.Int64) + 1 - pl.col(SCAN_FILE).replace_strict(above, return_dtype=pl.Int64)


def read_arrow(path: Path) -> RawTable:
    """Scan an Arrow IPC file (Feather 2)."""
    try:
        frame = pl.scan_ipc(path, glob=False, row_index_name=SCAN_ROW)
        headers = [name for name in frame.collect_schema() if name != SCAN_ROW]
    except (pl.exceptions.PolarsError, pl.exceptions.PanicException, OSError) as error:
        raise damage_error(path, "Arrow IPC", error) from error
    return one_file_table(path, frame, headers, headers, 1)


def read_ndjson(path: Path, options: ReadOptions) -> RawTable:
    """Scan a file of one JSON object per line: every value as text, so that ids and amounts stay what they are."""
    if options.decimal_comma:
        message = f"{path}: decimal_comma is for CSV files; the numbers of JSON are numbers already"
        raise UsageError(message)
    text = to_utf8(path, options, marked=False)
    if not text.stat().st_size:
        message = f"{path}: the file is empty; without a line its columns are not known"
        raise DataError(message)
    refuse_long_lines(text, path)
    plain = escape(str(text))
    try:
        headers = _keys(plain, INFERRED_LINES)
        refuse_wide(path, headers)
        if _has_other_keys(text, headers):
            headers = _keys(plain, None)
    except (pl.exceptions.PolarsError, OSError) as error:
        raise find_broken_line(path, text) or damage_error(path, "NDJSON", error) from error
    frame = pl.scan_ndjson(plain, schema=dict.fromkeys(headers, pl.String()), row_index_name=SCAN_ROW)
    return one_file_table(path, frame, headers, headers, 1)._replace(is_text=True)


def _keys(plain: str, lines: int | None) -> list[str]:
    return list(pl.scan_ndjson(plain, infer_schema_length=lines).collect_schema())


def _has_other_keys(text: Path, known: Sequence[str]) -> bool:
    """Return whether a line may have a key besides those known: it has more ends of keys than known keys.

    A value with such an end in it raises the alarm too, and so does space between a key and its colon: then all lines
    are parsed. For a million lines this takes 0.7 s; to parse them all for their keys takes 1.8 s.
    """
    line = pl.col("line")
    spelt = "|".join(re.escape(json.dumps(name, ensure_ascii=False)) for name in known)
    more = line.str.count_matches(r'":', literal=True) > line.str.count_matches(f"(?:{spelt}):")
    spaced = line.str.contains(r"[ \t\r]:")
    lines = pl.scan_lines(text, name="line", glob=False)
    return bool(lines.select((more | spaced).any()).collect(engine="streaming").item())
