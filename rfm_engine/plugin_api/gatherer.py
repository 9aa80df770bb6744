"""What the author of a gatherer defines: how customers are counted where their orders lie, on a cluster."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

from rfm_engine.plugin_api.plugin_base import PluginBase

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    import polars as pl


class PartitionWork(Protocol):
    """What is done with each partition of the orders: plain data, which pickles (`rfm_engine.partition.Work`)."""

    @property
    def schema(self) -> pl.Schema:
        """The columns of what a partition comes to: texts, whole numbers and local times."""

    def columns(self, headers: Sequence[str]) -> dict[str, str]:
        """Return which of these headers of the orders hold the columns that are needed, by their canonical names."""

    @property
    def keys(self) -> tuple[str, ...]:
        """The columns that `place` looks at, where the orders have them, by their canonical names."""

    def place(self, keys: Any) -> pl.Series:  # noqa: ANN401 a frame, or any Arrow stream
        """Return for each row a text that all orders of its customer share; `keys` has the columns of `keys`."""

    def __call__(self, orders: Any) -> pl.DataFrame:  # noqa: ANN401 a frame, or any Arrow stream
        """Return what a partition comes to.

        Orders may name where they stand, for the rejected rows: the columns `source_file` (any value by which the
        gatherer knows the file) and `source_row`, from 1.
        """


@dataclass(frozen=True, kw_only=True)
class Gathered:
    """What the work made of all partitions, together in any order, and the headers of the orders.

    `origin` says in plain values where that was done, for the record of the run.
    """

    results: pl.LazyFrame
    headers: Sequence[str]
    origin: Mapping[str, str | int] = field(default_factory=dict)


class Gatherer(PluginBase):
    """Counts the customers of orders that lie elsewhere: it takes the engine's work to them, and brings the results.

    The orders are shuffled so that rows of the same `work.place` stand in one partition, `work` is done with each, and
    all its results come back. Grading, privacy and writing stay with the engine.
    """

    def gather(self, orders: Sequence[str], work: PartitionWork, folder: Path) -> Gathered:
        """Return what `work` makes of the orders: absolute paths of files, or names of tables and remote places.

        The `folder` of this machine is empty and goes away with the process; results may lie there until then.
        """
        raise NotImplementedError
