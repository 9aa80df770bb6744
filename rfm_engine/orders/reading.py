"""Order files of any format to one lazy frame of canonical, typed columns."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import polars as pl

from rfm_engine.errors import DataError
from rfm_engine.orders.headers import matched
from rfm_engine.orders.parsing import typed

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from rfm_engine.orders.source import Source

SOURCE_FILE = "source_file"
SOURCE_ROW = "source_row"


class Orders(NamedTuple):
    """The orders of some files: one row per row of a file, and what was understood of each file."""

    frame: pl.LazyFrame
    mapping: dict[str, dict[str, str]]
    paths: tuple[Path, ...]
    dtypes: dict[str, dict[str, str]]


def read(paths: Sequence[Path], source: Source, extra: Sequence[str] = ()) -> Orders:
    """Return the orders of the files, lazily; only headers and schemas are read now."""
    mapping, dtypes, frames = {}, {}, []
    for path in paths:
        if source.format_of(path) == "parquet":
            raw, first = pl.scan_parquet(path, row_index_name=SOURCE_ROW), 1
        else:
            raw, first = pl.scan_csv(path, infer_schema=False, row_index_name=SOURCE_ROW), 2
        schema = raw.collect_schema()
        found = matched([name for name in schema if name != SOURCE_ROW], source.columns, extra, str(path))
        mapping[str(path)] = found
        dtypes[str(path)] = {name: str(schema[header]) for name, header in found.items()}
        rows = pl.col(SOURCE_ROW).cast(pl.Int64) + first
        frames.append(typed(raw, source, found, (pl.lit(str(path)).alias(SOURCE_FILE), rows)))
    return Orders(pl.concat(frames, how="diagonal"), mapping, tuple(paths), dtypes)


def explained(error: pl.exceptions.PolarsError, paths: Sequence[Path]) -> DataError:
    """Return the fault that Polars found while it read the files, as an error with file, place and mend."""
    return DataError(f"{', '.join(map(str, paths))}: {error}")
