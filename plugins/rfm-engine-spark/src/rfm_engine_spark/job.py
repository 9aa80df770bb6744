"""Orders to the results of the engine's work, on Spark: read, shuffle by customer, work, bring back."""

from __future__ import annotations

import atexit
import shutil
from functools import partial
from math import ceil
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from uuid import uuid4

import polars as pl
import pyarrow as pa

from rfm_engine.plugin_api import Gathered
from rfm_engine_spark.orders import read_orders, refuse_other_files, select_columns
from rfm_engine_spark.session import explain_absent_engine, spark_session

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from rfm_engine.plugin_api import PartitionWork
    from rfm_engine_spark import Spark

PLACE: Final = ":place"
TYPES: Final[dict[pl.DataType, str]] = {pl.String(): "string", pl.Int64(): "bigint", pl.Datetime("us"): "timestamp_ntz"}


def run_job(options: Spark, orders: Sequence[str], work: PartitionWork, folder: Path) -> Gathered:
    """Return what the work makes of the orders on Spark.

    Raises:
        UsageError: Spark or Java is not installed, or the orders are no Parquet files.
    """
    refuse_other_files(orders)
    with spark_session(options.master, options.conf) as session:
        found = read_orders(session, orders)
        mapping = work.columns(found.headers)
        table = select_columns(found.table, [*dict.fromkeys(mapping.values()), *found.places])
        work(table.limit(0).toArrow())  # a fault of the columns is raised here, before any row is read
        count = options.partitions or _count_partitions(session, table, options.partition_rows)
        shuffled = shuffle_by_customer(table, work, mapping, count)
        results = shuffled.mapInArrow(partial(work_on_partition, work), _write_schema(work))
        with explain_absent_engine():
            brought = _bring_back(session, results, options.handover, folder)
        origin = {"spark": session.version, "application": session.sparkContext.applicationId, "partitions": count}
    named = brought.cast(work.schema).with_columns(pl.col("file").replace(found.files))
    return Gathered(results=named, headers=found.headers, origin=origin)


def shuffle_by_customer(table: Any, work: PartitionWork, mapping: Mapping[str, str], partitions: int) -> Any:  # noqa: ANN401 a frame of Spark
    """Return the orders in so many partitions, each with all orders of its customers."""
    from pyspark.sql.functions import arrow_udf  # noqa: PLC0415 heavy

    keys = [name for name in work.keys if name in mapping]

    def place_rows(*columns: pa.Array) -> pa.Array:
        return work.place(pa.table([*columns], names=keys)).to_arrow().cast(pa.string())

    keyed = table.withColumn(PLACE, arrow_udf(place_rows, "string")(*(table[_quote(mapping[name])] for name in keys)))
    return keyed.repartition(partitions, PLACE).drop(PLACE)


def work_on_partition(work: PartitionWork, batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    """Yield what the work makes of all rows of a partition, on an executor."""
    if orders := [*batches]:
        yield from work(pa.Table.from_batches(orders)).to_arrow().to_batches()


def _count_partitions(session: Any, table: Any, rows: int) -> int:  # noqa: ANN401 of Spark
    return max(int(session.sparkContext.defaultParallelism), ceil(int(table.count()) / rows))


def _write_schema(work: PartitionWork) -> str:
    return ", ".join(f"{_quote(name)} {TYPES[kind]}" for name, kind in work.schema.items())


def _quote(name: str) -> str:
    return f"`{name.replace('`', '``')}`"


def _bring_back(session: Any, results: Any, handover: str | None, folder: Path) -> pl.LazyFrame:  # noqa: ANN401 of Spark
    """Return the results: from files where a disk is shared, else through the memory of this machine."""
    if handover is None and not session.sparkContext.master.startswith("local"):
        brought = pl.from_arrow(results.toArrow())
        return pl.DataFrame(brought).lazy()
    if handover is not None:
        folder = Path(handover).absolute() / f"rfm-engine-{uuid4()}"
        atexit.register(shutil.rmtree, folder, ignore_errors=True)
    results.write.parquet(f"file://{folder}/results")
    return pl.scan_parquet(folder / "results" / "*.parquet")
