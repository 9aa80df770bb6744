"""The errors of files that are not what their names say, or only a part of it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

import polars as pl

from rfm_engine.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from rfm_engine.orders.files.order_file import OrderFile

FAULTS: Final = (pl.exceptions.PolarsError, pl.exceptions.PanicException, OSError)
"""What Polars raises on a file that is damaged."""

UNREAD_TYPES: Final = {
    r"unable to parse time zone: '([^']*)'": "times of the zone {!r}",
    r"Int256|precision must be between 1 and 38": "decimals of more than 38 digits",
    r"not yet implemented|not implemented|run.?end": "a column of a type such as run-end encoding",
}
"""What Polars says of types that it lacks, and their names."""

SHOWN: Final = 5
"""How many places a message names."""


def damage_error(file: OrderFile, kind: str, error: BaseException) -> DataError:
    """Return the error of a file that is not what its name says, or only a part of it."""
    if kept := _name_unread_type(str(error)):
        message = f"{file.path}: holds {kept}, which cannot be read; write that column in another type, or save as CSV"
        return DataError(message)
    if twice := _find_repeated_column(file.source, str(error)):
        return DataError(f"{file.path}: has more than one column {twice!r}; rename all but one, or leave them out")
    size = file.source.stat().st_size if file.source.is_file() else 0
    message = f"{file.path}: not a whole {kind} file ({size:,} bytes; {first_line(error)}); fetch or export it again"
    return DataError(message)


def _name_unread_type(reason: str) -> str:
    """Return which type of a column Polars refuses in a file that is whole, or nothing."""
    for pattern, name in UNREAD_TYPES.items():
        if found := re.search(pattern, reason):
            return name.format(*found.groups())
    return ""


def _find_repeated_column(source: Path, reason: str) -> str:
    """Return the column that a whole file has more than once, or nothing; of an Arrow file its footer names them."""
    if found := re.search(r"column with name '(.*?)' has more than one occurrence", reason):
        return found[1]
    if not re.search(r"`left == right` failed.*left: \d+.*right: \d+", reason, re.DOTALL):
        return ""
    try:
        names = pl.read_ipc_schema(source)
    except FAULTS:  # a Parquet file, or a damaged one
        return ""
    content = source.read_bytes()
    footer = content[-int.from_bytes(content[-10:-6], "little") - 10 :]
    texts = {name: len(name.encode()).to_bytes(4, "little") + name.encode() + b"\0" for name in names}
    return next((name for name, text in texts.items() if footer.count(text) > 1), "")


def workbook_error(path: Path, error: Exception) -> DataError:
    """Return the error of a file that is no workbook, or only a part of one."""
    reason = first_line(error)
    return DataError(f"{path}: cannot be read as a workbook ({reason}); open it and save it again, or save it as CSV")


def first_line(error: BaseException) -> str:
    """Return the first line of what an error says."""
    return str(error).partition("\n")[0]


def list_places(numbers: Sequence[int]) -> str:
    """Return the numbers of rows or lines in words."""
    return ", ".join(map(str, numbers)) + (" and perhaps more" if len(numbers) == SHOWN else "")
