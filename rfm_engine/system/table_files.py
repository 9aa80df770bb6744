"""Tables in files: in temporary ones, which spare memory until they are wanted elsewhere."""

from __future__ import annotations

import os
import shutil
import weakref
from pathlib import Path
from tempfile import mkstemp
from typing import TYPE_CHECKING

import polars as pl

from rfm_engine.system.temp_dir import process_temp_dir

if TYPE_CHECKING:
    from io import BufferedReader, BytesIO


class TableFile:
    """A table in a temporary file, which goes away when nothing refers to this any more."""

    def __init__(self, table: pl.DataFrame) -> None:
        """Write the table; errors as `write_table`."""
        handle, name = mkstemp(suffix=".parquet", dir=process_temp_dir())
        os.close(handle)
        self._path = Path(name)
        weakref.finalize(self, self._path.unlink, missing_ok=True)
        write_table(table, self._path)

    def put_into(self, path: Path) -> None:
        """Make a file of the table, which was not there."""
        try:
            path.hardlink_to(self._path)
        except OSError:  # it lies on another disk, or on one without links
            shutil.copyfile(self._path, path)


class HeldFile:
    """A file that is open, so that it can be put elsewhere even after another has taken its place.

    It is closed when nothing refers to this any more.
    """

    def __init__(self, path: Path, file: BufferedReader) -> None:
        """Remember where the file lies that was opened there."""
        self._path = path
        self._file = file
        weakref.finalize(self, file.close)

    def put_into(self, path: Path) -> None:
        """Make a file of the same bytes, which was not there; an OSError where it can't be written."""
        if not self._link(path):
            if self._file.closed:
                shutil.copyfile(self._path, path)
                return
            self._file.seek(0)
            with path.open("wb") as copy:
                shutil.copyfileobj(self._file, copy)

    def _link(self, path: Path) -> bool:
        """Return whether the path is another name of the file now; it is no file otherwise."""
        try:
            path.hardlink_to(self._path)
        except OSError:  # it lies on another disk, or on one without links, or another file has its place
            return False
        if self._file.closed or os.path.samestat(path.stat(), os.fstat(self._file.fileno())):
            return True
        path.unlink()
        return False


def set_aside(table: pl.DataFrame) -> TableFile | None:
    """Return a table on disk; None where that has no room for it."""
    try:
        return TableFile(table)
    except (OSError, pl.exceptions.PolarsError):
        return None


def write_table(table: pl.DataFrame, file: Path | BytesIO) -> None:
    """Write a table that is read whole.

    Raises:
        OSError, PolarsError: It can't be written.
    """
    table.write_parquet(file, compression="lz4", statistics=False)
