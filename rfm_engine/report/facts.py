"""What the sections of a report are made of: a few small tables, computed from the customers in one go."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, cast

import polars as pl

from rfm_engine.columns import CURRENCY, CUSTOMER_ID, FREQUENCY, MONETARY, RECENCY_DAYS, RFM_SCORE, SCORES, TIER
from rfm_engine.runs.customers import count_money

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from rfm_engine.output.record import Record
    from rfm_engine.runs.finished import FinishedRun

METRICS: Final = (RECENCY_DAYS, FREQUENCY, MONETARY)
CURVE_POINTS: Final = 100
MOST_IN_MEMORY: Final = 5_000_000
"""Customers that are read once, at 150 bytes each; more are read anew for each pass, column by column."""

LAST_PRODUCT: Final = "last_product_name"
SUMS: Final = ("customers", "orders", "spend")


@dataclass(frozen=True, kw_only=True)
class Facts:
    """A run in figures; money is in whole fen.

    `customers` has one row per customer under the names of this room (`name_columns`), in memory where they are few.
    `cube` has one row per (list, tier, R, F and M score): `customers`, `orders`, `spend`, the `total`, and the least
    and greatest value of each metric. `tier` is the position in the tier table. `curve` is the spend of the highest
    1 %, 2 % ... 100 % of the customers. `commonest` has, for each metric, the value that most customers share and how
    many they are.
    """

    record: Record
    customers: pl.LazyFrame
    cube: pl.DataFrame
    curve: list[int]
    commonest: dict[str, tuple[int, int]]

    @property
    def lists(self) -> list[str]:
        """The key columns of the cube that tell lists apart."""
        return list_columns(self.record.lists_by)

    @property
    def tiers(self) -> list[str]:
        """The names of the tiers, best first."""
        return [tier.name for tier in self.record.tier_table]

    def sums(self, *keys: str) -> pl.DataFrame:
        """Return customers, orders and spend for each value of the keys, sorted by them; one row without any."""
        if not keys:
            return self.cube.select(pl.col(SUMS).sum())
        return self.cube.group_by(keys).agg(pl.col(SUMS).sum()).sort(keys)

    def currency_of(self, row: Mapping[str, Any]) -> str:
        """Return the currency of the list that a row of this room's tables belongs to; empty where lists have none."""
        by = self.record.lists_by
        return str(row[self.lists[by.index(CURRENCY)]]) if CURRENCY in by else ""

    @property
    def totals(self) -> dict[str, int]:
        """Customers, orders and spend of the whole run."""
        return cast("dict[str, int]", self.sums().row(0, named=True))


def list_columns(by: Sequence[str]) -> list[str]:
    """Return names for the columns of the lists that cannot meet another column's."""
    return [f"list {position}" for position in range(len(by))]


def name_columns(customers: pl.LazyFrame, record: Record) -> pl.LazyFrame:
    """Return the customers with the columns of this room: lists by number, tiers by position, money in fen."""
    schema = customers.collect_schema()
    tiers = [tier.name for tier in record.tier_table]
    named = zip(record.lists_by, list_columns(record.lists_by), strict=True)
    last = [LAST_PRODUCT] if LAST_PRODUCT in schema else []
    return customers.select(
        *(pl.col(name).cast(pl.String).alias(column) for name, column in named),
        pl.col(TIER).cast(pl.String).replace_strict(tiers, range(len(tiers)), return_dtype=pl.Int64),
        count_money(record).alias(MONETARY),
        *(pl.col(name).cast(pl.Int64) for name in (RECENCY_DAYS, FREQUENCY, *SCORES)),
        *(CUSTOMER_ID, RFM_SCORE, *last),
    )


def summarise(customers: pl.LazyFrame, keys: Sequence[str]) -> pl.LazyFrame:
    """Return the cube of `Facts`."""
    keys = [*keys, TIER, *SCORES]
    return (
        customers.group_by(keys)
        .agg(
            pl.len().cast(pl.Int64).alias("customers"),
            pl.col(FREQUENCY).sum().alias("orders"),
            pl.col(MONETARY).sum().alias("spend"),
            pl.col(RFM_SCORE).first().alias("total"),
            *(pl.col(name).min().alias(f"least {name}") for name in METRICS),
            *(pl.col(name).max().alias(f"greatest {name}") for name in METRICS),
        )
        .sort(keys)
    )


def accumulate_spend(customers: pl.LazyFrame) -> pl.LazyFrame:
    """Return the spend of the highest 1 %, 2 % ... 100 % of the customers, one row each; parts of customers count."""
    steps = pl.int_range(1, CURVE_POINTS + 1)
    last = (steps * pl.len().cast(pl.Int64) + CURVE_POINTS - 1) // CURVE_POINTS - 1
    return customers.select(pl.col(MONETARY).sort(descending=True).cum_sum().gather(last))


def find_commonest(customers: pl.LazyFrame, metric: str) -> pl.LazyFrame:
    """Return the value that most customers share, the least of several, and how many they are."""
    counted = customers.group_by(metric).agg(pl.len().cast(pl.Int64).alias("customers"))
    return counted.sort("customers", metric, descending=[True, False]).head(1)


def collect_facts(run: FinishedRun) -> Facts:
    """Return what the sections need of a finished run."""
    customers = name_columns(run.customers(), run.record)
    if sum(row.get("customers", 0) for row in run.record.tier_counts) <= MOST_IN_MEMORY:
        customers = customers.collect().lazy()
    queries = [
        summarise(customers, list_columns(run.record.lists_by)),
        accumulate_spend(customers),
        *(find_commonest(customers, metric) for metric in METRICS),
    ]
    cube, curve, *commonest = pl.collect_all(queries)
    return Facts(
        record=run.record,
        customers=customers,
        cube=cube,
        curve=curve[MONETARY].to_list(),
        commonest={metric: found.row(0) for metric, found in zip(METRICS, commonest, strict=True)},
    )
