"""What Polars finds wrong while it reads, told as file, place and mend."""

from __future__ import annotations

import csv
import json
from itertools import islice
from typing import TYPE_CHECKING, Final, NoReturn

import polars as pl

from rfm_engine.errors import DataError
from rfm_engine.orders.read_options import ReadOptions
from rfm_engine.orders.readers.delimited import SPARE, Layout, read_layout
from rfm_engine.orders.readers.encodings import find_undecodable_byte, resolve_encoding, to_utf8
from rfm_engine.orders.readers.limits import BLOCK

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

SHOWN: Final = 5
"""How many places a message names."""


def diagnose(error: BaseException, paths: Sequence[Path], options: ReadOptions | None = None) -> DataError:
    """Return the fault that Polars found while it read the files, as an error with file, place and mend.

    The files are looked through once more, one by one, until the one at fault is found.
    """
    options = options or ReadOptions()
    for path in paths:
        if found := _diagnose_file(path, options):
            return found
    listed = ", ".join(map(str, paths[:SHOWN]))
    return DataError(f"{listed}{' and more' if len(paths) > SHOWN else ''}: {_first_line(error)}")


def damage_error(path: Path, kind: str, error: BaseException) -> DataError:
    """Return the error of a file that is not what its name says, or only a part of it."""
    size = path.stat().st_size if path.is_file() else 0
    message = f"{path}: not a whole {kind} file ({size:,} bytes; {_first_line(error)}); fetch or export it again"
    return DataError(message)


def find_broken_line(path: Path, text: Path) -> DataError | None:
    """Return an error that names the first line that is no JSON object, or None."""
    with text.open("rb") as file:
        for number, line in enumerate(file, start=1):
            if reason := line.strip() and _why_no_object(line):
                return DataError(f"{path}: line {number} is no JSON object ({reason!s}); mend or delete the line")
    return None


def _diagnose_file(path: Path, options: ReadOptions) -> DataError | None:
    try:
        match options.format_of(path):
            case "parquet":
                return _find_damage(path, "Parquet", pl.scan_parquet(path, glob=False, hive_partitioning=False))
            case "arrow":
                return _find_damage(path, "Arrow IPC", pl.scan_ipc(path, glob=False))
            case "ndjson":
                return _find_undecodable_byte(path, options) or find_broken_line(
                    path, to_utf8(path, options, marked=False)
                )
            case _:
                return _find_undecodable_byte(path, options) or _find_csv_fault(
                    path, read_layout(path, options), options.skip_lines
                )
    except DataError as error:
        return error
    except OSError as error:
        return DataError(f"{path}: cannot be read any more: {_first_line(error)}")


def _first_line(error: BaseException) -> str:
    return str(error).partition("\n")[0]


def _find_damage(path: Path, kind: str, frame: pl.LazyFrame) -> DataError | None:
    try:
        frame.select(pl.all().null_count()).collect(engine="streaming")
    except (pl.exceptions.PolarsError, pl.exceptions.PanicException) as error:
        return damage_error(path, kind, error)
    return None


def _find_undecodable_byte(path: Path, options: ReadOptions) -> DataError | None:
    with path.open("rb") as file:
        head = file.read(BLOCK)
    return find_undecodable_byte(path, resolve_encoding(head, options))


def _why_no_object(line: bytes) -> str:
    try:
        return "" if isinstance(json.loads(line, parse_constant=_refuse), dict) else "another value"
    except ValueError as error:
        return str(error)


def _refuse(constant: str) -> NoReturn:
    message = f"{constant} is no JSON"
    raise ValueError(message)


def _find_csv_fault(path: Path, found: Layout, skipped: int) -> DataError | None:
    """Return an error that names the first places where a CSV file breaks the rules of CSV, or None."""
    if rows := list(islice(_find_long_rows(found, skipped + 2), SHOWN)):
        message = (
            f"{path}: more fields than headers in row {_list_some(rows)}; quote text that holds a {found.separator!r}"
        )
        return DataError(message)
    if lines := _find_stray_quotes(found):
        message = (
            f"{path}: a quote is left open or stands within a field near line {_list_some(lines)}; double or delete it"
        )
        return DataError(message)
    return None


def _list_some(numbers: Sequence[int]) -> str:
    return ", ".join(map(str, numbers)) + (" and perhaps more" if len(numbers) == SHOWN else "")


def _find_long_rows(found: Layout, first_row: int) -> Iterator[int]:
    with found.text.open(encoding="utf-8", newline="") as file:
        records = csv.reader(islice(file, found.lines, None), delimiter=found.separator)
        try:
            for row, cells in enumerate(records, start=first_row):
                if len(cells) > len(found.headers) + SPARE:
                    yield row
        except csv.Error:  # a field without an end: an open quote, which is looked for next
            return


def _find_stray_quotes(found: Layout) -> list[int]:
    with found.text.open(encoding="utf-8", newline="") as file:
        records = csv.reader(file, delimiter=found.separator, strict=True)
        try:
            for _ in records:
                pass
        except csv.Error:
            return [records.line_num]
        file.seek(0)
        odd = (number for number, line in enumerate(file, start=1) if line.count('"') % 2)
        return list(islice(odd, SHOWN))
