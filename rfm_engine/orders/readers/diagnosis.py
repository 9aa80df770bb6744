"""What Polars finds wrong while it reads, told as file, place and mend."""

from __future__ import annotations

import csv
import json
from itertools import islice
from typing import TYPE_CHECKING, Final, NoReturn

import polars as pl

from rfm_engine.errors import DataError
from rfm_engine.orders.read_options import ReadOptions
from rfm_engine.orders.readers.delimited import SPARE, Layout, layout
from rfm_engine.orders.readers.encodings import encoding_of, undecodable, utf8
from rfm_engine.orders.readers.limits import BLOCK

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

SHOWN: Final = 5
"""How many places a message names."""


def explained(error: BaseException, paths: Sequence[Path], source: ReadOptions | None = None) -> DataError:
    """Return the fault that Polars found while it read the files, as an error with file, place and mend.

    The files are looked through once more, one by one, until the one at fault is found.
    """
    source = source or ReadOptions()
    for path in paths:
        if fault := _fault(path, source):
            return fault
    listed = ", ".join(map(str, paths[:SHOWN]))
    return DataError(f"{listed}{' and more' if len(paths) > SHOWN else ''}: {_first_line(error)}")


def damaged(path: Path, kind: str, error: BaseException) -> DataError:
    """Return the error of a file that is not what its name says, or only a part of it."""
    size = path.stat().st_size if path.is_file() else 0
    message = f"{path}: not a whole {kind} file ({size:,} bytes; {_first_line(error)}); fetch or export it again"
    return DataError(message)


def broken_line(path: Path, text: Path) -> DataError | None:
    """Return an error that names the first line that is no JSON object, or None."""
    with text.open("rb") as file:
        for number, line in enumerate(file, start=1):
            if reason := line.strip() and _no_object(line):
                return DataError(f"{path}: line {number} is no JSON object ({reason!s}); mend or delete the line")
    return None


def _fault(path: Path, source: ReadOptions) -> DataError | None:
    try:
        match source.format_of(path):
            case "parquet":
                return _unreadable(path, "Parquet", pl.scan_parquet(path, glob=False, hive_partitioning=False))
            case "arrow":
                return _unreadable(path, "Arrow IPC", pl.scan_ipc(path, glob=False))
            case "ndjson":
                return _undecodable(path, source) or broken_line(path, utf8(path, source, marked=False))
            case _:
                return _undecodable(path, source) or _unsound(path, layout(path, source), source.skip_lines)
    except DataError as error:
        return error
    except OSError as error:
        return DataError(f"{path}: cannot be read any more: {_first_line(error)}")


def _first_line(error: BaseException) -> str:
    return str(error).partition("\n")[0]


def _unreadable(path: Path, kind: str, frame: pl.LazyFrame) -> DataError | None:
    try:
        frame.select(pl.all().null_count()).collect(engine="streaming")
    except (pl.exceptions.PolarsError, pl.exceptions.PanicException) as error:
        return damaged(path, kind, error)
    return None


def _undecodable(path: Path, source: ReadOptions) -> DataError | None:
    with path.open("rb") as file:
        head = file.read(BLOCK)
    return undecodable(path, encoding_of(head, source))


def _no_object(line: bytes) -> str:
    try:
        return "" if isinstance(json.loads(line, parse_constant=_refuse), dict) else "another value"
    except ValueError as error:
        return str(error)


def _refuse(constant: str) -> NoReturn:
    message = f"{constant} is no JSON"
    raise ValueError(message)


def _unsound(path: Path, found: Layout, skipped: int) -> DataError | None:
    """Return an error that names the first places where a CSV file breaks the rules of CSV, or None."""
    if rows := list(islice(_long_rows(found, skipped + 2), SHOWN)):
        message = (
            f"{path}: more fields than headers in row {_listed(rows)}; quote text that holds a {found.separator!r}"
        )
        return DataError(message)
    if lines := _stray_quotes(found):
        message = (
            f"{path}: a quote is left open or stands within a field near line {_listed(lines)}; double or delete it"
        )
        return DataError(message)
    return None


def _listed(numbers: Sequence[int]) -> str:
    return ", ".join(map(str, numbers)) + (" and perhaps more" if len(numbers) == SHOWN else "")


def _long_rows(found: Layout, first_row: int) -> Iterator[int]:
    with found.text.open(encoding="utf-8", newline="") as file:
        records = csv.reader(islice(file, found.lines, None), delimiter=found.separator)
        try:
            for row, cells in enumerate(records, start=first_row):
                if len(cells) > len(found.headers) + SPARE:
                    yield row
        except csv.Error:  # a field without an end: an open quote, which is looked for next
            return


def _stray_quotes(found: Layout) -> list[int]:
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
