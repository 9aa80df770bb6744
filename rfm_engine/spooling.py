"""Frames that follow each other and would not fit into memory together: each is put on disk as it comes."""

from __future__ import annotations

from pathlib import Path
from tempfile import mkdtemp
from typing import TYPE_CHECKING

import polars as pl

from rfm_engine.system.disk_space import roomy
from rfm_engine.system.temp_dir import scratch

if TYPE_CHECKING:
    from collections.abc import Iterator


def spooled(frames: Iterator[pl.DataFrame], *, alone: bool) -> Iterator[pl.LazyFrame]:
    """Yield the frames as lazy ones: one that is alone in memory, each of several from a temporary file.

    The files go away when the process ends.

    Raises:
        OutputError: There is no space left for temporary files.
    """
    if alone:
        yield from (frame.lazy() for frame in frames)
        return
    folder = Path(mkdtemp(dir=scratch()))
    for number, frame in enumerate(frames):
        path = folder / f"{number}.parquet"
        with roomy():
            frame.write_parquet(path, compression="lz4")
        del frame
        yield pl.scan_parquet(path)
