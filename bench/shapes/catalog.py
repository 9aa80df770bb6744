"""The shapes: what each makes of the generated orders, what a user types for it, and how DuckDB reads it."""

from __future__ import annotations

import gzip
import shutil
import sys
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final, Literal

import polars as pl

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

Job = Literal["orders", "lines", "net", "without ids"]
number = pl.col("customer_id").str.slice(1)
amount, time, order = pl.col("order_amount"), pl.col("order_time"), pl.col("order_id")
row = pl.int_range(pl.len())
KEY: Final = b"a key of sixteen bytes or more"


def keep_columns(orders: pl.LazyFrame) -> pl.LazyFrame:
    """Return the orders as they are."""
    return orders


def replace_columns(*columns: pl.Expr) -> Callable[[pl.LazyFrame], pl.LazyFrame]:
    """Return a change that replaces columns by expressions of the same names."""
    return lambda orders: orders.with_columns(*columns)


def write_parquet(orders: pl.LazyFrame, path: Path) -> str:
    """Write one Parquet file."""
    orders.sink_parquet(path / "orders.parquet")
    return "orders.parquet"


def write_row_groups(orders: pl.LazyFrame, path: Path, rows: int) -> str:
    """Write one Parquet file of row groups of so many rows."""
    orders.sink_parquet(path / "orders.parquet", row_group_size=rows)
    return "orders.parquet"


def write_csv(orders: pl.LazyFrame, path: Path) -> str:
    """Write one CSV file."""
    orders.sink_csv(path / "orders.csv", datetime_format="%Y-%m-%d %H:%M:%S")
    return "orders.csv"


def write_gzip(orders: pl.LazyFrame, path: Path) -> str:
    """Write one CSV file, compressed."""
    name = write_csv(orders, path)
    with (path / name).open("rb") as plain, gzip.open(path / f"{name}.gz", "wb", compresslevel=1) as packed:
        shutil.copyfileobj(plain, packed)
    (path / name).unlink()
    return f"{name}.gz"


def write_many(orders: pl.LazyFrame, path: Path, files: int = 3_000) -> str:
    """Write many Parquet files into a folder."""
    frame = orders.collect()
    (path / "many").mkdir()
    step = -(-frame.height // files)
    for start in range(0, frame.height, step):
        frame.slice(start, step).write_parquet(path / "many" / f"{start // step:04}.parquet")
    return "many"


def write_hive(orders: pl.LazyFrame, path: Path) -> str:
    """Write a folder of `region=...` folders, whose files lack the region."""
    frame = orders.collect()
    for (region,), part in frame.partition_by("region", as_dict=True, include_key=False).items():
        (path / "hive" / f"region={region}").mkdir(parents=True)
        part.write_parquet(path / "hive" / f"region={region}" / "0.parquet")
    return "hive"


@dataclass(frozen=True, kw_only=True)
class Shape:
    """A shape of data: `change` makes its columns, `write` its files, `words` are further options of the command.

    `select` replaces columns as DuckDB reads them, `job` is the query; `without` names columns that are not compared.
    `part` is the share of the rows asked for, where a shape takes much longer than others; `python` runs DuckDB.
    """

    name: str
    change: Callable[[pl.LazyFrame], pl.LazyFrame] = keep_columns
    write: Callable[[pl.LazyFrame, Path], str] = write_parquet
    words: tuple[str, ...] = ()
    select: str = ""
    job: Job = "orders"
    output: str = "parquet"
    python: str = sys.executable
    without: tuple[str, ...] = ()
    part: float = 1.0


HASH = pl.col("customer_id").hash(1)
UUID = pl.format("{}-{}-{}", HASH.cast(pl.String).str.zfill(20), number, pl.lit("4a7e"))
HALF_WALK_IN = pl.when(order.hash(3) % 2 == 0).then(pl.lit("C00000001")).otherwise(pl.col("customer_id"))
SOME_ABSENT = pl.when(order.hash(3) % 5 == 0).then(None).otherwise(pl.col("customer_id"))
PREFIXED = pl.concat_str(pl.lit("TJPA").str.slice(HASH % 4, 1), pl.lit("-"), number)
NOISE = (amount.cast(pl.Float64) * 1.1 / 1.1 + 1e-11).alias("order_amount")
ROUNDED = "order_amount: round(order_amount, 2)"

SHAPES: Final = (
    Shape(name="as generated"),
    Shape(name="UUIDs", change=replace_columns(UUID.alias("customer_id"), UUID.alias("store_code"))),
    Shape(name="phone numbers", change=replace_columns(pl.concat_str(pl.lit("138"), number).alias("customer_id"))),
    Shape(
        name="e-mails",
        change=replace_columns(pl.concat_str(pl.lit("user."), number, pl.lit("@mail.example")).alias("customer_id")),
    ),
    Shape(name="mixed prefixes", change=replace_columns(PREFIXED.alias("customer_id"))),
    Shape(name="2 orders a customer", change=replace_columns(pl.format("C{}", row // 2).alias("customer_id"))),
    Shape(name="200 orders a customer", change=replace_columns(pl.format("C{}", row // 200).alias("customer_id"))),
    Shape(name="5,000 lists", change=replace_columns(pl.format("L{}", HASH % 5_000).alias("region"))),
    Shape(name="days without times", change=replace_columns(time.dt.date())),
    Shape(name="microseconds", change=replace_columns(time + pl.duration(microseconds=row % 999_983))),
    Shape(name="floats with noise", change=replace_columns(NOISE), select=ROUNDED),
    Shape(name="decimals as text", change=replace_columns(amount.cast(pl.String))),
    Shape(
        name="dictionaries", change=replace_columns(pl.col("region", "store_code", "product_name").cast(pl.Categorical))
    ),
    Shape(
        name="times with a zone",
        change=replace_columns(time.dt.replace_time_zone("Asia/Shanghai", ambiguous="earliest", non_existent="null")),
        words=("--time-zone", "Asia/Shanghai"),
        select="order_time: order_time at time zone 'Asia/Shanghai'",
    ),
    Shape(name="half one walk-in id", change=replace_columns(HALF_WALK_IN.alias("customer_id"))),
    Shape(name="a fifth without customer", change=replace_columns(SOME_ABSENT.alias("customer_id"))),
    Shape(name="shuffled ids", change=lambda orders: orders.sort(order.hash(7))),
    Shape(name="every order twice", change=lambda orders: pl.concat([orders, orders]), part=0.5),
    Shape(
        name="no order ids", change=lambda orders: orders.drop("order_id"), select="order_id: null", job="without ids"
    ),
    Shape(
        name="order lines",
        change=replace_columns(
            pl.format("O{}", HASH * 7 + time.dt.date().cast(pl.Int32).cast(pl.UInt64)).alias("order_id")
        ),
        words=("--grain", "line"),
        job="lines",
        without=("last_product_name", "last_store_code", "last_order_time"),
    ),
    Shape(
        name="net refunds",
        change=replace_columns(
            pl.when(order.hash(5) % 12 == 0).then(-amount / 2).otherwise(amount).cast(pl.Decimal(18, 2))
        ),
        words=("--refunds", "net"),
        job="net",
    ),
    Shape(name="3,000 files", write=write_many),
    Shape(name="Hive folders", write=write_hive),
    Shape(name="one row group", write=lambda orders, path: write_row_groups(orders, path, 1 << 30)),
    Shape(name="row groups of 10,000", write=lambda orders, path: write_row_groups(orders, path, 10_000)),
    Shape(name="CSV", write=write_csv),
    Shape(name="CSV, gzip", write=write_gzip),
    Shape(name="ndjson out", output="ndjson"),
    Shape(name="xlsx out", output="xlsx", part=0.5),
    Shape(
        name="--split of 5,000 lists",
        change=replace_columns(pl.format("L{}", HASH % 5_000).alias("region")),
        words=("--split",),
        output="split",
        part=0.2,
    ),
    Shape(
        name="pseudonyms",
        words=("--pseudonymize", "customer_id", "--pseudonym-key-file", "KEY"),
        output="pseudonyms",
        without=("customer_id",),
    ),
)


def choose_shapes(names: Sequence[str] | None, python: str | None) -> list[Shape]:
    """Return the shapes of these names, or all, with the interpreter that runs DuckDB."""
    chosen = [shape for shape in SHAPES if not names or shape.name in names]
    return [replace(shape, python=python or shape.python) for shape in chosen]
