"""Lists that do not fit into memory together: which of them are graded at a time."""

from __future__ import annotations

import os
from pathlib import Path
from tempfile import mkstemp
from typing import TYPE_CHECKING, Final

import polars as pl

from rfm_engine.system.disk_space import reports_full_disk
from rfm_engine.system.spill import memory_limit
from rfm_engine.system.temp_dir import process_temp_dir

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rfm_engine.orders.staging import OrderSet

BATCH_ROWS: Final = 150_000_000
"""Orders whose customers are held in memory together, where no budget is set."""

ORDER_BYTES: Final = 60
"""Memory for each order while its customer is found and graded: 32 of 100 million together, 75 of 260 million."""

MOST_BATCHES: Final = 32
"""For each batch all orders are looked at."""


Lists = list[str] | None
"""Some lists, by their value of the first column in `by`; None: all."""


def split_lists(orders: OrderSet) -> Sequence[Lists]:
    """Return the lists of each batch, in their order; one batch where the customers of all fit into memory.

    A list that is larger than the memory for a batch is one by itself.
    """
    most = batch_rows(orders.height)
    if not orders.by or orders.height <= most:
        return [None]
    first = orders.by[0]
    filled, batches = most, list[list[str]]()
    for value, height in orders.rows.group_by(first).len().drop_nulls().sort(first).collect().iter_rows():
        batches += [[]] if filled + height > most else []
        filled = height if not batches[-1] else filled + height
        batches[-1].append(value)
    return batches or [None]


def batch_rows(rows: int) -> int:
    """Return how many of the orders may be in memory together."""
    budget = memory_limit()
    return BATCH_ROWS if budget is None else max(budget // ORDER_BYTES, rows // MOST_BATCHES)


def spool(frame: pl.LazyFrame) -> pl.LazyFrame:
    """Return a frame that is read from a temporary file, which goes away when the process ends.

    Raises:
        OutputError: There is no space left for temporary files.
    """
    handle, name = mkstemp(suffix=".parquet", dir=process_temp_dir())
    os.close(handle)
    with reports_full_disk():
        frame.collect().write_parquet(Path(name), compression="lz4")
    return pl.scan_parquet(Path(name), glob=False)
