"""A finished run read back from its folder."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from rfm_engine.config.origins import Origins
from rfm_engine.config.resolution import resolve_rules
from rfm_engine.output.record import RECORD, Record, read_record
from rfm_engine.plugins.host import PluginHost
from rfm_engine.privacy import customer_key
from rfm_engine.runs.customers import conform, scan_customers
from rfm_engine.runs.explain import explain
from rfm_engine.runs.verify import verify
from rfm_engine.system.atomic_dir import recover

if TYPE_CHECKING:
    import polars as pl

    from rfm_engine.rules import Rules
    from rfm_engine.runs.explain import CustomerExplanation
    from rfm_engine.runs.verify import Verification


@dataclass(frozen=True)
class FinishedRun:
    """A run read back from its folder: its record, its customers, and the questions it answers.

    `graded` are its customers where whoever wrote the folder still has them, so that no file is read back.
    """

    folder: Path
    record: Record
    graded: pl.LazyFrame | None = field(default=None, repr=False, compare=False)

    def customers(self) -> pl.LazyFrame:
        """Return the graded customers of all lists, one row per (list, customer), sorted by list and customer_id.

        Names and types do not depend on what the run wrote: canonical English names, Decimal yuan, Int64 days and
        orders, an exact Decimal `rfm_score`, `tier` as an Enum in the policy's order, Date and Datetime. A dropped
        column is absent. The frame reads the folder when it is collected, from the first of Parquet, CSV, NDJSON and
        xlsx that the run wrote; a workbook holds milliseconds and 15 digits.

        Raises:
            UsageError: The customers files are gone, or are not what the run wrote.
        """
        return scan_customers(self.folder, self.record) if self.graded is None else conform(self.graded, self.record)

    @cached_property
    def rules(self) -> Rules:
        """The rules that were in force, with the scheme and the tier policy of the plugins installed now.

        Raises:
            DatasetError: The scheme or the policy is not installed any more.
        """
        table = self.record.dataset | {"scheme": self.record.scheme, "tiers": self.record.tiers}
        rules = resolve_rules(table, PluginHost(), Origins(whole=str(self.folder / RECORD)))[1]
        return rules.in_currency(self.record.currency, self.record.decimals)

    def verify(self, orders_in: Path | None = None, *, remote: bool = False) -> Verification:
        """Compare the run's files, and the orders it was made of, with the sizes and digests in its record.

        Orders in an object store are read again only if they may be `remote`.
        """
        return verify(self.folder, orders_in, remote=remote)

    def explain(self, customer_id: str, key_file: Path | None = None) -> list[CustomerExplanation]:
        """Return why a customer got the tier, in each list that has them.

        `customer_id` is also the token of a pseudonymised run; else `key_file` holds the key that the run was made
        with, or the environment does.

        Raises:
            UsageError: No list has the customer; there is no key.
        """
        key = customer_key(customer_id, self.record.dataset, key_file)
        found = explain(self.customers(), self.record, self.rules, key)
        if read_record(self.folder, Record) != self.record:  # another run took its place meanwhile
            return open_run(self.folder).explain(customer_id, key_file)
        return found


def open_run(folder: Path | str, graded: pl.LazyFrame | None = None) -> FinishedRun:
    """Return the finished run in a folder such as `output/sichuan-hiking`.

    `graded` are its customers as they were just written there, if the caller has them.

    Raises:
        UsageError: The folder holds no run, or one of a later version of rfm-engine.
    """
    place = Path(folder)
    recover(place)
    return FinishedRun(place, read_record(place, Record), graded)
