"""A table of orders as a reader of one format hands it over."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import accumulate
from typing import TYPE_CHECKING, Any, Final

import polars as pl

from rfm_engine.columns import fold_header
from rfm_engine.errors import DataError
from rfm_engine.orders.files.order_file import name_files

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
    from datetime import date
    from pathlib import Path

    from rfm_engine.findings import Finding
    from rfm_engine.orders.files.order_file import OrderFile

SCAN_ROW: Final = ":row"
SCAN_FILE: Final = ":file"
MOST_COLUMNS: Final = 2_000
MOST_SCANS: Final = 32
"""Files of text from which on one scan reads them all; their rows are counted first, to number them in each."""


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
    `first_rows` are the numbers in the frame, from 0, of each file's first row.
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
    first_rows: Sequence[int] = ()
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
    above = files[0].folder_columns if files[0].are_folders_columns else {}
    added = [key for key in above if fold_header(key) not in own]
    values = {key: pl.Series([file.folder_columns[key] for file in files], dtype=pl.String) for key in added}
    names = pl.Series([str(file.path) for file in files])
    starts = list(accumulate(scan.heights or [0] * len(files), initial=0))
    row = pl.col(SCAN_ROW).cast(pl.Int64) + scan.first_row
    return RawTable(
        files=tuple(files),
        frame=scan.frame.with_columns(_of_file(values[key], scan).alias(key) for key in added),
        headers=[*scan.headers, *added],
        columns=[*scan.columns, *added],
        row=row - _of_file(pl.Series(starts[: len(files)], dtype=pl.Int64), scan) if len(files) > 1 else row,
        file=_of_file(names, scan),
        first_rows=starts[: len(files)],
        **more,
    )


def _of_file(values: pl.Series, scan: Scan) -> pl.Expr:
    """Return the value of each row's file: by its position, in half the time that a look-up of its name takes."""
    if len(values) == 1:
        return pl.lit(values.item(), dtype=values.dtype)
    places = pl.Enum([str(place) for place in scan.places])
    return pl.lit(values).gather(pl.col(SCAN_FILE).cast(places).to_physical())


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
