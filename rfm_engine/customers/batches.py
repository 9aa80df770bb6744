"""Lists that do not fit into memory together: which of them are graded at a time."""

from __future__ import annotations

from pathlib import Path
from tempfile import mkdtemp
from typing import TYPE_CHECKING, Final

import polars as pl

from rfm_engine.system.disk_space import reports_full_disk
from rfm_engine.system.spill import memory_limit
from rfm_engine.system.temp_dir import process_temp_dir

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence


def spool(frames: Iterator[pl.DataFrame], *, alone: bool) -> Iterator[pl.LazyFrame]:
    """Yield the frames as lazy ones: one that is alone in memory, each of several from a temporary file.

    The files go away when the process ends.

    Raises:
        OutputError: There is no space left for temporary files.
    """
    if alone:
        yield from (frame.lazy() for frame in frames)
        return
    folder = Path(mkdtemp(dir=process_temp_dir()))
    for number, frame in enumerate(frames):
        path = folder / f"{number}.parquet"
        with reports_full_disk():
            frame.write_parquet(path, compression="lz4")
        del frame
        yield pl.scan_parquet(path)


BATCH_ROWS: Final = 150_000_000
"""Orders whose customers are held in memory together, where no budget is set."""

ORDER_BYTES: Final = 60
"""Memory for each order while its customer is found and graded: 32 of 100 million together, 75 of 260 million."""

MOST_BATCHES: Final = 32
"""For each share all orders are looked at."""


def batch_filters(orders: pl.LazyFrame, by: Sequence[str], rows: int) -> list[pl.Expr]:
    """Return which rows make up each share of the orders, whole lists in their order; one share where all fit.

    A list that is larger than the memory for a share is one by itself.
    """
    most = batch_rows(rows)
    if not by or rows <= most:
        return [pl.lit(value=True)]
    filled, found = most, list[list[str]]()
    for value, height in orders.group_by(by[0]).len().drop_nulls().sort(by[0]).collect().iter_rows():
        found += [[]] if filled + height > most else []
        filled = height if not found[-1] else filled + height
        found[-1].append(value)
    return [pl.col(by[0]).is_in(values) for values in found] or [pl.lit(value=True)]


def batch_rows(rows: int) -> int:
    """Return how many of the orders may be in memory together."""
    budget = memory_limit()
    return BATCH_ROWS if budget is None else max(budget // ORDER_BYTES, rows // MOST_BATCHES)
