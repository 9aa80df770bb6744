"""A table of orders as a reader of one format hands it over."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from itertools import accumulate
from typing import TYPE_CHECKING, Any, Final

import polars as pl

from rfm_engine.columns import REQUIRED, fold_header
from rfm_engine.errors import DataError
from rfm_engine.orders.files.order_file import name_files
from rfm_engine.orders.headers import match_headers

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
    from datetime import date
    from pathlib import Path

    from rfm_engine.findings import Finding
    from rfm_engine.orders.files.order_file import OrderFile

VALUE: Final = re.compile(r"\s*[-+¥$]?[0-9][0-9.,:/ -]*$")
"""A number or a date, which no header is."""

SCAN_ROW: Final = ":row"
SCAN_FILE: Final = ":file"
MOST_COLUMNS: Final = 2_000
MOST_SCANS: Final = 32
"""Files of text from which on one scan reads them all; their rows are counted first, to number them in each."""

PEEK: Final = 30
"""Lines in which a header is looked for when it is not where it should be."""


@dataclass(frozen=True, kw_only=True)
class RawTable:
    """Files of one schema as a lazy frame, and where its rows come from.

    `columns` are the frame's names of the `headers`, in the same order. `row` is the number of a row as a person counts
    (Int64), `file` the path as it was given. `later` are the lines that could be headers instead, each with the
    `skip_lines` that would make it one; the first record is the first of them. `has_extra_fields` is whether a row has
    fields that no header accounts for, `separator` what stands between the fields of text, `is_text` whether cells may
    have white space around them. `lost` is what a workbook did not keep of a column, `days_from` the day that it counts
    days from, `are_days_formatted` whether it gives such numbers the format of a date. `findings` are what reading
    found that a user may not expect, `readings` what was understood of the layout of each file, by key of a dataset.
    """

    files: tuple[OrderFile, ...]
    frame: pl.LazyFrame
    headers: list[str]
    columns: list[str]
    row: pl.Expr
    file: pl.Expr
    later: Sequence[tuple[int, list[str]]] = ()
    has_extra_fields: pl.Expr | None = None
    separator: str | None = None
    is_text: bool = False
    lost: Mapping[str, str] = field(default_factory=dict)
    days_from: date | None = None
    are_days_formatted: bool = False
    readings: Sequence[Mapping[str, Any]] = ()
    findings: tuple[Finding, ...] = ()

    @property
    def where(self) -> str:
        """The first file, and how many more there are."""
        return name_files(self.files)


@dataclass(frozen=True, kw_only=True)
class Scan:
    """One lazy frame over files of one schema; its rows are numbered from 0 in `SCAN_ROW`.

    `heights` are the rows of each file, `first_row` the number that a person gives to a file's first row. Where there
    are several files, `SCAN_FILE` is one of `places`, from where the bytes of each were read.
    """

    frame: pl.LazyFrame
    headers: Sequence[str]
    columns: Sequence[str]
    first_row: int
    heights: Sequence[int] = ()
    places: Sequence[Path] = ()


def locate_rows(files: Sequence[OrderFile], scan: Scan, **more: Any) -> RawTable:  # noqa: ANN401 fields of RawTable
    """Return the table of a scan: each row with its file and its number in it; `column=value` folders are columns.

    A column of the file wins over one of the folders.

    Raises:
        DataError: There are more than `MOST_COLUMNS`.
    """
    refuse_wide(files[0].path, scan.headers)
    own = {fold_header(header) for header in scan.headers}
    added = [key for key in files[0].folder_columns if fold_header(key) not in own]
    values = {key: pl.Series([file.folder_columns[key] for file in files], dtype=pl.String) for key in added}
    names, above = (
        pl.Series([str(file.path) for file in files]),
        list(accumulate(scan.heights or [0] * len(files), initial=0)),
    )
    row = pl.col(SCAN_ROW).cast(pl.Int64) + scan.first_row
    return RawTable(
        files=tuple(files),
        frame=scan.frame.with_columns(_of_file(values[key], scan).alias(key) for key in added),
        headers=[*scan.headers, *added],
        columns=[*scan.columns, *added],
        row=row - _of_file(pl.Series(above[: len(files)], dtype=pl.Int64), scan) if len(files) > 1 else row,
        file=_of_file(names, scan),
        **more,
    )


def _of_file(values: pl.Series, scan: Scan) -> pl.Expr:
    """Return the value of each row's file: by its position, in half the time that a look-up of its name takes."""
    if len(values) == 1:
        return pl.lit(values.item(), dtype=values.dtype)
    places = pl.Enum([str(place) for place in scan.places])
    return pl.lit(values).gather(pl.col(SCAN_FILE).cast(places).to_physical())


def suits_orders(headers: Sequence[str], file: OrderFile) -> bool:
    """Return whether a line could be the header of orders: it has what orders need, or an order source is known by."""
    folded = {fold_header(header) for header in headers}
    known = any({fold_header(one) for one in source.signature} <= folded for source in file.sources)
    if file.options.no_header or known:
        return True
    try:
        match_headers(headers, file.options.columns, (), "")
    except DataError:
        return False
    return True


def match_table(table: RawTable, extra: Sequence[str]) -> dict[str, str]:
    """Return which header of a table holds each column, as `match_headers`.

    Raises:
        DataError: As `match_headers`; where the header may stand elsewhere, or there is none, it says what to type.
    """
    options = table.files[0].options
    try:
        return match_headers(table.headers, options.columns, extra, table.where)
    except DataError as error:
        if (skip := _find_header_below(table, extra)) is not None:
            message = f"{table.where}: the header seems to be line {skip + 1}: give --skip-lines {skip}"
            raise DataError(message) from error
        if not options.no_header and any(VALUE.match(header) for header in table.headers):
            numbers = " ".join(f"--column {name}={place}" for place, name in enumerate(REQUIRED, start=1))
            message = f"{error}\nif no line holds headers, give the numbers of the columns: --no-header {numbers}"
            raise DataError(message, *error.customer_data) from error
        if (fuller := _find_fuller_line(table)) is not None:
            skip, shown = fuller[0], ", ".join(map(repr, fuller[1]))
            message = f"{error}\nif line {skip + 1} is the header, give --skip-lines {skip}; it has {shown}"
            raise DataError(message, *error.customer_data, shown) from error
        if options.separator is None and (sign := _find_separator(table)) is not None:
            shown = repr(table.headers[0])
            message = f"{table.where}: the header is one column, {shown}; if another sign separates the columns, name "
            message += f"it: --separator {sign}"
            raise DataError(message, shown) from error
        raise


def _find_fuller_line(table: RawTable) -> tuple[int, list[str]] | None:
    """Return the first of the next lines that has more than twice as many cells filled as the header, or None."""

    def count_filled(cells: Sequence[str]) -> int:
        return sum(1 for cell in cells if cell.strip())

    least = max(2 * count_filled(table.headers), len(REQUIRED) - 1)
    return next(((skip, cells) for skip, cells in table.later if count_filled(cells) > least), None)


def _find_separator(table: RawTable) -> str | None:
    """Return the sign that may separate the columns of text of which the header is one cell, or None."""
    if table.separator is None or len(table.headers) > 1:
        return None
    signs = re.findall(r"[!#$%&*+:=?@\\^`~]", table.headers[0])
    return next((sign for sign in signs if signs.count(sign) >= len(REQUIRED) - 1), None)


def _find_header_below(table: RawTable, extra: Sequence[str]) -> int | None:
    """Return the `skip_lines` that would make one of the next lines a header that can be used, or None."""
    for skip, cells in table.later:
        try:
            match_headers(cells, table.files[0].options.columns, extra, "")
        except DataError:
            continue
        return skip
    return None


def looks_like_records(lines: Sequence[tuple[int, Sequence[str]]], headers: Sequence[str]) -> bool:
    """Return whether lines above a header are as full as it is: then they are no title."""
    full = sum(1 for header in headers if header.strip())
    return any(sum(1 for cell in cells if cell.strip()) >= full for _, cells in lines)


def number_headers(cells: Sequence[str]) -> list[str]:
    """Return the headers of a file without any: the numbers of its columns, from 1."""
    return [str(position) for position in range(1, len(cells) + 1)]


def share_scans(
    files: Sequence[OrderFile], shape: Callable[[OrderFile], Hashable], fewest: int = MOST_SCANS
) -> Iterator[list[OrderFile]]:
    """Yield the files of one shape, of the same options and folders together, if there are `fewest`; others alone.

    Polars takes time for many scans that grows with the square of their number (1,000 of one row: 18 s; one: 0.1 s).
    """
    groups: dict[Hashable, list[OrderFile]] = {}
    for file in files:
        groups.setdefault((shape(file), tuple(file.folder_columns), id(file.options)), []).append(file)
    for group in groups.values():
        yield from [group] if len(group) >= fewest else ([file] for file in group)


def count_rows(scan: pl.LazyFrame, places: Sequence[Path]) -> list[int]:
    """Return how many rows each file has; nothing where there is one file alone."""
    if len(places) == 1:
        return []
    counts = scan.group_by(SCAN_FILE).agg(pl.len()).collect(engine="streaming")
    found = dict(counts.iter_rows())
    return [found.get(str(place), 0) for place in places]


def refuse_wide(path: Path, headers: Sequence[str]) -> None:
    """Refuse more columns than any table of orders has.

    Raises:
        DataError: There are more than `MOST_COLUMNS`.
    """
    if len(headers) > MOST_COLUMNS:
        message = f"{path}: {len(headers):,} columns, more than {MOST_COLUMNS:,}; is this a table of orders?"
        raise DataError(message)
