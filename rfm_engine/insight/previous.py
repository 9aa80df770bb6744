"""A release that went out before: what is known from it, so that two releases do not differ by one customer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, Final, cast

import polars as pl

from rfm_engine.errors import UsageError
from rfm_engine.insight.cells import PERIOD
from rfm_engine.insight.periods import Period
from rfm_engine.insight.purchases import EVERY, LIST, PRODUCT
from rfm_engine.insight.released import BEST, CUSTOMERS, DEMAND, GRADES, GRADES_TABLE, NEW, REGIONS, Count, read_counts
from rfm_engine.output.derived import DerivedRecord
from rfm_engine.output.record import read_record

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from pathlib import Path

    from rfm_engine.insight.periods import Length

FIGURES: Final = ("customers", "orders", "spend")
ROUNDED_FROM: Final = 1000
"""A share with one decimal stands for one number of customers, if it is of fewer."""


@dataclass(frozen=True, kw_only=True)
class Previous:
    """An earlier release: its statistics date, length of periods, and tables; `tiers` are those of now."""

    as_of: date
    length: Length
    tables: Mapping[str, pl.DataFrame]
    decimals: int
    tiers: list[str]

    def judge(self, cells: pl.DataFrame, k: int) -> pl.DataFrame:
        """Return the cells with whether each is safe after that release, and `is_known` from it.

        A cell without orders since is shown again with the same figures, or stays withheld; one in which fewer than k
        customers ordered since is withheld.
        """
        known = self._known_cells()
        if known is None:
            return cells.with_columns(pl.lit(value=False).alias("is_known"))
        keys = [PRODUCT, LIST, PERIOD]
        joined = cells.join(known, on=keys, how="left", maintain_order="left")
        covered = pl.lit(value=True) if DEMAND in self.tables else pl.col(PRODUCT) == EVERY
        before, fresh = covered & (pl.col(PERIOD) <= self.as_of), pl.col("fresh")
        same = pl.all_horizontal(pl.col(name) == pl.col(f"old_{name}") for name in FIGURES).fill_null(value=False)
        judged = pl.when(before & (fresh == 0)).then(same).when(before & (fresh < k)).then(pl.lit(value=False))
        marked = joined.with_columns(
            judged.otherwise("is_safe").alias("is_safe"), (before & (fresh == 0) & same).alias("is_known")
        )
        return marked.drop(f"old_{name}" for name in FIGURES)

    def _known_cells(self) -> pl.DataFrame | None:
        table = self.tables.get(DEMAND)
        if table is None and (regions := self.tables.get(REGIONS)) is not None:
            table = regions.with_columns(pl.lit(EVERY).alias(PRODUCT))
        if table is None:
            return None
        days = pl.Series(PERIOD, [Period.parse(name).first_day for name in table[PERIOD]], pl.Date)
        spend = pl.col("spend").cast(pl.Decimal(38, self.decimals)).to_physical().cast(pl.Int64)
        figures = table.with_columns(days, spend).select(PRODUCT, LIST, PERIOD, *FIGURES)
        known = figures.rename({name: f"old_{name}" for name in FIGURES})
        return _with_doubles(known)

    def judge_counts(self, numbers: Mapping[Count, int], k: int) -> tuple[set[Count], Collection[Count]]:
        """Return the numbers that must be withheld after that release, and those that are known from it for good.

        A number that changed by fewer than k is withheld, and so is one that was withheld and may be the same.
        """
        old = {
            count: number for count, number in read_counts(self.tables, self.tiers).items() if count.what != CUSTOMERS
        }
        covered = {count.what for count in old}
        unsafe, known = set(), set()
        for count, number in numbers.items():
            if count.what not in covered or not self._is_before(count):
                continue
            change = abs(number - old[count]) if count in old else 0
            is_same = count in old and change <= _tolerate(count, numbers)
            if is_same and self._has_ended(count):
                known.add(count)
            elif not is_same and (count not in old or change < k + _tolerate(count, numbers)):
                unsafe.add(count)
        return {count for count in unsafe if numbers[count]}, known

    def _has_ended(self, count: Count) -> bool:
        """Return whether a number cannot change any more: new customers of a past period, but no one's tier."""
        return count.what == NEW and Period.parse(count.of).last_day <= self.as_of

    def _is_before(self, count: Count) -> bool:
        return count.what not in (NEW, BEST) or Period.parse(count.of).first_day <= self.as_of


def _tolerate(count: Count, numbers: Mapping[Count, int]) -> int:
    """Return how far a number may be from that of the earlier release and have the same share."""
    whole = {BEST: CUSTOMERS, NEW: "", GRADES: ""}.get(count.what, GRADES)
    return numbers.get(count._replace(what=whole), 0) // ROUNDED_FROM


def _with_doubles(known: pl.DataFrame) -> pl.DataFrame:
    """Return the cells with those of all products, or of all lists, that are not written where there is one alone."""
    for name in (PRODUCT, LIST):
        if not known.is_empty() and known[name].n_unique() == 1 and known[name][0] != EVERY:
            known = pl.concat([known, known.with_columns(pl.lit(EVERY).alias(name))])
    return known


def read_previous(folder: Path, tiers: list[str]) -> Previous:
    """Return the release in a folder.

    Raises:
        UsageError: There is none.
    """
    options: dict[str, Any] = {}
    try:
        options = read_record(folder, DerivedRecord).options
        names = [name for name in (DEMAND, REGIONS, GRADES_TABLE) if (folder / f"{name}.parquet").is_file()]
        tables = {name: pl.read_parquet(folder / f"{name}.parquet", glob=False) for name in names}
        as_of, length = date.fromisoformat(options["as_of"]), cast("Length", options["period"])
    except (UsageError, KeyError, ValueError, OSError, pl.exceptions.PolarsError) as error:
        message = f"--after {folder}: no release there; name a folder such as output/sichuan-hiking.insight"
        raise UsageError(message) from error
    return Previous(as_of=as_of, length=length, tables=tables, tiers=tiers, decimals=options["decimals"])
