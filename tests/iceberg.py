"""Iceberg tables that the tests write, with a catalog in a file beside them; what is read is their folder alone."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Any

import polars as pl
from pyiceberg.catalog.sql import SqlCatalog

from tests.terminal import ORDERS

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    import pyarrow as pa
    from pyiceberg.table import Table
    from pyiceberg.transforms import Transform

FRAME = pl.read_csv(ORDERS.encode(), infer_schema=False).with_columns(
    region=pl.col("region").replace("north", "north 北"),
    order_amount=pl.col("order_amount").cast(pl.Decimal(10, 2)),
    order_time=pl.col("order_time").str.to_datetime(),
)


def to_arrow(frame: pl.DataFrame) -> pa.Table:
    """Return a frame in the types that Iceberg knows."""
    return frame.to_arrow(compat_level=pl.CompatLevel.oldest())


def make_table(
    place: Path, frame: pl.DataFrame = FRAME, partition: Mapping[str, Transform[Any, Any]] | None = None
) -> Table:
    """Create the table `lake/sales` in a folder, with the rows of a frame, split by columns; its catalog is beside."""
    catalog = SqlCatalog("tests", uri=f"sqlite:///{place / 'catalog.db'}", warehouse=place.as_uri())
    catalog.create_namespace("shop")
    rows = to_arrow(frame)
    table = catalog.create_table("shop.sales", rows.schema, location=(place / "lake" / "sales").as_uri())
    with table.update_spec() as change:
        for column, transform in (partition or {}).items():
            change.add_field(column, transform, f"{column}_{transform}" if str(transform) != "identity" else column)
    table.append(rows)
    catalog.close()
    return table


def write_rows(table: Table, path: Path) -> Path:
    """Write what pyiceberg itself reads of a table as one Parquet file."""
    with warnings.catch_warnings(action="ignore"):
        rows = table.refresh().scan().to_arrow()
    pl.DataFrame(rows).write_parquet(path)
    return path
