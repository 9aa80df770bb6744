"""Tables in files: in temporary ones, which spare memory until they are wanted elsewhere."""

from __future__ import annotations

import os
import shutil
import weakref
from pathlib import Path
from tempfile import mkstemp

import polars as pl

from rfm_engine.system.temp_dir import process_temp_dir


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


def set_aside(table: pl.DataFrame) -> TableFile | None:
    """Return a table on disk; None where that has no room for it."""
    try:
        return TableFile(table)
    except (OSError, pl.exceptions.PolarsError):
        return None


def write_table(table: pl.DataFrame, path: Path) -> None:
    """Write a table that is read whole.

    Raises:
        OSError, PolarsError: It can't be written.
    """
    table.write_parquet(path, compression="lz4", statistics=False)
