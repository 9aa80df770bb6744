"""CSV files of any separator: header, preamble, ragged rows."""

from __future__ import annotations

import csv
import io
import mmap
from codecs import BOM_UTF8
from dataclasses import dataclass
from itertools import chain, islice
from typing import TYPE_CHECKING, Final

import polars as pl

from rfm_engine.errors import DataError
from rfm_engine.orders.readers.encodings import find_undecodable_byte, to_utf8
from rfm_engine.orders.readers.limits import BLOCK, refuse_long_lines
from rfm_engine.orders.readers.table import (
    PEEK,
    SCAN_FILE,
    SCAN_ROW,
    RawTable,
    Scan,
    count_rows,
    locate_rows,
    share_scans,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from rfm_engine.orders.order_file import OrderFile

SEPARATORS: Final = ",\t;"
SPARE: Final = 2
"""Fields beyond the header's that a row may have and still be rejected by itself; more of them stop the run."""

FIELD_LIMIT: Final = 1 << 20


@dataclass(frozen=True, kw_only=True)
class Layout:
    """How a CSV file is laid out: its text as UTF-8, separator, headers, and how many lines stand above the records.

    `later` are the first records, each with the number of lines above it.
    """

    text: Path
    separator: str
    headers: list[str]
    lines: int
    later: list[tuple[int, list[str]]]
    has_quotes: bool

    @property
    def shape(self) -> tuple[object, ...]:
        """What files must have in common to be read by one scan."""
        return self.separator, tuple(self.headers), self.lines, self.has_quotes


def read_layout(file: OrderFile) -> Layout:
    """Return the layout of a CSV file, from its first block.

    Raises:
        DataError: An empty file, bytes that are no text, a header that cannot be read, a line of 2 MiB or more.
    """
    path, options = file.path, file.options
    text = to_utf8(file)
    refuse_long_lines(text, path)
    lines = islice(io.StringIO(_read_top(text, file)), options.skip_lines, None)
    first = next(lines, None)
    if first is None:
        message = f"{path}: has no line below the {options.skip_lines} that are skipped; lower skip_lines"
        raise DataError(message)
    separator = options.separator or _separator(first, path)
    (_, headers), *later = _records(chain((first,), lines), separator, options.skip_lines, path)
    if not headers:
        message = f"{path}: line {options.skip_lines + 1} should be the header but is blank; state --skip-lines"
        raise DataError(message)
    has_quotes = _has_quotes(text)
    return Layout(
        text=text, separator=separator, headers=headers, lines=later[0][0], later=later, has_quotes=has_quotes
    )


def read_csv(files: Sequence[OrderFile]) -> Iterator[RawTable]:
    """Scan CSV files, those of one layout together: every cell is text, as it stands.

    Raises:
        DataError: As `read_layout`, and too many columns.
    """
    layouts = {file.path: read_layout(file) for file in files}
    for group in share_scans(files, lambda file: layouts[file.path].shape):
        yield _scan_csv(group, [layouts[file.path] for file in group])


def _scan_csv(files: Sequence[OrderFile], layouts: Sequence[Layout]) -> RawTable:
    first, places = layouts[0], [layout.text for layout in layouts]
    columns = [f":{position}" for position in range(len(first.headers))]
    spare = [f":spare {position}" for position in range(SPARE)]
    frame = pl.scan_csv(
        places,
        separator=first.separator,
        has_header=False,
        skip_lines=first.lines,
        schema=dict.fromkeys((*columns, *spare), pl.String()),
        missing_columns="insert",
        glob=False,
        row_index_name=SCAN_ROW,
        include_file_paths=SCAN_FILE,
    )
    scan = Scan(
        frame=frame,
        headers=first.headers,
        columns=columns,
        first_row=files[0].options.skip_lines + 2,
        heights=count_rows(frame, places),
        places=places,
    )
    extra = _has_extra_fields(columns if first.has_quotes else (), spare)
    return locate_rows(files, scan, later=first.later, has_extra_fields=extra, is_text=True)


def _has_extra_fields(columns: Sequence[str], spare: Sequence[str]) -> pl.Expr:
    """Return whether a row has more fields than the header, or a field that is more than a field.

    A file with quotes needs a look at every column: Polars passes over the fields of unread columns without noticing
    that a quote is left open, and with it over whole rows.
    """
    return pl.any_horizontal(
        *(pl.col(name).str.len_bytes() > 0 for name in spare),
        *(pl.col(name).str.len_bytes() > FIELD_LIMIT for name in columns),
    ).fill_null(value=False)


def _has_quotes(text: Path) -> bool:
    with text.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
        return content.find(b'"') >= 0


def _read_top(text: Path, of: OrderFile) -> str:
    """Return the whole lines of the first block."""
    with text.open("rb") as file:
        block = file.read(BLOCK)
    if not block.removeprefix(BOM_UTF8).strip():
        message = f"{of.path}: the file is empty; it needs a header line"
        raise DataError(message)
    whole = block[: block.rfind(b"\n") + 1] if len(block) == BLOCK else block
    if not whole:
        message = f"{of.path}: the first line is longer than {BLOCK:,} bytes; is this a CSV file?"
        raise DataError(message)
    if b"\0" in whole.partition(b"\n")[0]:
        message = f"{of.path}: the header holds null bytes; if it was saved as UTF-16, state --encoding utf-16-le"
        raise DataError(message)
    try:
        return whole.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise find_undecodable_byte(of) or DataError(f"{of.path}: {error}") from error


def _separator(line: str, path: Path) -> str:
    """Return the separator that splits the first line into most fields."""
    try:
        return max(SEPARATORS, key=lambda separator: len(next(csv.reader([line], delimiter=separator), [])))
    except csv.Error as error:
        message = f"{path}: the first line cannot be read as CSV: {error}"
        raise DataError(message) from error


def _records(lines: Iterable[str], separator: str, skipped: int, path: Path) -> Iterator[tuple[int, list[str]]]:
    """Yield the first records, each with the number of lines above it, and at last the end with no cells."""
    reader = csv.reader(lines, delimiter=separator)
    try:
        for _ in range(PEEK):
            above = skipped + reader.line_num
            yield above, next(reader, [])
    except csv.Error as error:
        message = f"{path}: line {skipped + reader.line_num} cannot be read as CSV: {error}"
        raise DataError(message) from error
