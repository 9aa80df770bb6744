"""A gatherer for rfm-engine: Spark counts the customers of orders that no one machine holds."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from pydantic import Field

from rfm_engine.plugin_api import Gathered, Gatherer, hookimpl

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from rfm_engine.plugin_api import PartitionWork


class Spark(Gatherer):
    """Spark reads the orders, shuffles them by customer, and does the engine's own work with each partition.

    Orders are Parquet files or folders, tables of Spark's catalogue (`table:sales.orders`), or remote places that Spark
    can read. The executors need Python with rfm-engine. Nothing depends on how many partitions or executors there are.
    """

    name: ClassVar[str] = "spark"

    master: str | None = Field(
        default=None, description="spark://host:7077, local[4], ...; that of Spark's own settings, else local[*]"
    )
    partition_rows: int = Field(default=1_500_000, ge=1, description="orders in a partition, about")
    partitions: int | None = Field(default=None, ge=1, description="partitions, whatever their size")
    handover: str | None = Field(
        default=None, description="a folder that this machine and the executors share: results come back through it"
    )
    conf: dict[str, str | int | bool] = Field(default={}, description="further settings of Spark, by their names")

    def gather(self, orders: Sequence[str], work: PartitionWork, folder: Path) -> Gathered:
        """Return the results of all partitions: from files where the executors share a disk with this machine."""
        from rfm_engine_spark.job import run_job  # noqa: PLC0415 a listing of plugins needs no Spark

        return run_job(self, orders, work, folder)


@hookimpl
def rfm_register_gatherers() -> list[type[Gatherer]]:
    """Provide the gatherer."""
    return [Spark]
