"""A table of orders as a reader of one format hands it over."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple
from urllib.parse import unquote

import polars as pl

from rfm_engine.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from rfm_engine.findings import Finding

SCAN_ROW: Final = ":row"
SCAN_FILE: Final = ":file"
MOST_COLUMNS: Final = 2_000
PEEK: Final = 30
"""Lines in which a header is looked for when it is not where it should be."""

NO_PARTITION: Final = "__HIVE_DEFAULT_PARTITION__"


class RawTable(NamedTuple):
    """Files of one schema as a lazy frame, and where its rows come from.

    `columns` are the frame's names of the `headers`, in the same order. `row` is the number of a row as a person
    counts (Int64), `file` the path as it was given. `later` are the lines that could be headers instead, each with
    the `skip_lines` that would make it one; the first record is the first of them. `has_extra_fields` is whether a
    row has fields that no header accounts for, `is_text` whether cells may have white space around them. `findings`
    are what reading found that a user may not expect.
    """

    frame: pl.LazyFrame
    headers: list[str]
    columns: list[str]
    paths: list[Path]
    row: pl.Expr
    file: pl.Expr
    later: Sequence[tuple[int, list[str]]] = ()
    has_extra_fields: pl.Expr | None = None
    is_text: bool = False
    findings: Sequence[Finding] = ()

    @property
    def where(self) -> str:
        """The first file, and how many more there are."""
        more = f" and {len(self.paths) - 1} more of the same columns" if len(self.paths) > 1 else ""
        return f"{self.paths[0]}{more}"


def one_file_table(
    path: Path, frame: pl.LazyFrame, headers: Sequence[str], columns: Sequence[str], first_row: int
) -> RawTable:
    """Return the table of one file whose frame numbers its rows from 0 in `SCAN_ROW`; `k=v` folders become columns.

    Raises:
        DataError: There are more than `MOST_COLUMNS`.
    """
    refuse_wide(path, headers)
    added = {key: value for key, value in hive_columns(path).items() if key not in headers}
    whole = frame.with_columns(pl.lit(value, dtype=pl.String).alias(key) for key, value in added.items())
    row, file = pl.col(SCAN_ROW).cast(pl.Int64) + first_row, pl.lit(str(path))
    return RawTable(whole, [*headers, *added], [*columns, *added], [path], row, file)


def refuse_wide(path: Path, headers: Sequence[str]) -> None:
    """Refuse more columns than any table of orders has.

    Raises:
        DataError: There are more than `MOST_COLUMNS`.
    """
    if len(headers) > MOST_COLUMNS:
        message = f"{path}: {len(headers):,} columns, more than {MOST_COLUMNS:,}; is this a table of orders?"
        raise DataError(message)


def hive_columns(path: Path) -> dict[str, str | None]:
    """Return the values that `key=value` folders give to all rows of a file, as text.

    >>> from pathlib import Path
    >>> hive_columns(Path("orders/region=%E5%9B%9B%E5%B7%9D/store=001/0.parquet"))
    {'region': '四川', 'store': '001'}
    """
    pairs = [folder.partition("=") for folder in path.parts[:-1] if "=" in folder.strip("=")]
    return {unquote(key): None if value == NO_PARTITION else unquote(value) for key, _, value in pairs if key}
