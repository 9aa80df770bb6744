"""The part that was counted some months ago and stays: in memory, or in a file that is read while others work."""

from __future__ import annotations

import hashlib
import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from io import BytesIO
from typing import TYPE_CHECKING

import polars as pl

from rfm_engine.system.regular_files import open_regular
from rfm_engine.system.table_files import HeldFile, set_aside, write_table

if TYPE_CHECKING:
    from collections.abc import Callable
    from io import BufferedReader
    from pathlib import Path

    from rfm_engine.system.table_files import TableFile


@dataclass(frozen=True, kw_only=True, eq=False)
class Base:
    """A part, which `load` gives; the file that has it, if any, and the SHA-256 of that, where it is known."""

    load: Callable[[], pl.DataFrame]
    file: TableFile | HeldFile | None = None
    sha256: str | None = None

    @property
    def table(self) -> pl.DataFrame:
        """The part; errors as `read_base` names them."""
        return self.load()

    def take(self) -> pl.DataFrame:
        """Return a table that may be used up: the part is not asked for again where a file has it."""
        return self.table if self.file is not None else self.table.clone()

    def put_into(self, path: Path) -> str:
        """Make a file of the part, which was not there, and return its digest.

        Raises:
            OSError, PolarsError: It can't be written.
        """
        if self.file is None:
            write_table(self.table, path)
        else:
            self.file.put_into(path)
        return self.sha256 or take_sha256(path.read_bytes())


def hold_base(table: pl.DataFrame) -> Base:
    """Return a part that is in memory."""
    return Base(load=lambda: table)


def set_base_aside(table: pl.DataFrame) -> Base:
    """Return a part that is on disk, and in memory until it is used up; where the disk has no room it stays there."""
    return Base(load=lambda: table, file=set_aside(table))


def read_base(path: Path, sha256: str) -> Base:
    """Return a part whose file is being read from now on.

    It is an OSError where there is none; `load` raises a ValueError where the file has another digest, and a
    PolarsError where it is no table.
    """
    file = open_regular(path, follow_links=False)
    pool = ThreadPoolExecutor(1, "the base of a state")
    table = pool.submit(_read, file, sha256)
    pool.shutdown(wait=False)
    return Base(load=table.result, file=HeldFile(path, file), sha256=sha256)


def _read(file: BufferedReader, sha256: str) -> pl.DataFrame:
    content = file.read()
    if os.name == "nt":  # no folder can be replaced there while a file in it is open
        file.close()
    return read_table(content, sha256)


def read_table(content: bytes, sha256: str) -> pl.DataFrame:
    """Return the table that a file's bytes are; errors as `load` of `read_base`."""
    if take_sha256(content) != sha256:
        message = "other bytes than were written"
        raise ValueError(message)
    return pl.read_parquet(content)


def pack_table(table: pl.DataFrame) -> bytes:
    """Return a table as the bytes of a file."""
    content = BytesIO()
    write_table(table, content)
    return content.getvalue()


def take_sha256(content: bytes) -> str:
    """Return the SHA-256 of bytes in hexadecimal."""
    return hashlib.sha256(content).hexdigest()
