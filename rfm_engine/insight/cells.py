"""Cells: for each (product, list, period) what customers bought, and how much of it comes from one or two of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, NamedTuple

import polars as pl

from rfm_engine.columns import CUSTOMER_ID
from rfm_engine.insight.periods import MONTHS
from rfm_engine.insight.purchases import EVERY, LIST, MONTH, PRODUCT

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

    from rfm_engine.insight.periods import Length
    from rfm_engine.insight.purchases import Purchases

PERIOD: Final = "period"
PERCENT: Final = 100


@dataclass(frozen=True, kw_only=True)
class Rule:
    """When a cell is shown: `k` customers or more, of whom one has at most so many percent of the spend, two so many.

    >>> Rule(k=3).is_met([40, 30, 30]), Rule(k=3).is_met([80, 10, 10]), Rule(k=3).is_met([50, 50])
    (True, False, False)
    """

    k: int = 5
    dominance: int = 50
    dominance_two: int = 85

    def is_met(self, amounts: Iterable[int]) -> bool:
        """Return whether a cell of customers with these amounts is shown; no customer is nothing to hide."""
        largest = sorted(map(abs, amounts), reverse=True)
        whole = sum(largest)
        return not largest or (
            len(largest) >= self.k
            and PERCENT * largest[0] <= self.dominance * whole
            and PERCENT * (largest[0] + largest[1]) <= self.dominance_two * whole
        )

    def expression(self) -> pl.Expr:
        """Return the same of cells with `people`, `gross`, `largest` and `two_largest`."""
        whole = pl.col("gross")
        return (
            (pl.col("people") >= self.k)
            & (PERCENT * pl.col("largest") <= self.dominance * whole)
            & (PERCENT * pl.col("two_largest") <= self.dominance_two * whole)
        )


class Key(NamedTuple):
    """A cell of the demand: product and list, each `EVERY` for all of them, and the first day of the period."""

    product: str
    region: str
    period: date


def in_periods(frame: pl.DataFrame, length: Length) -> pl.DataFrame:
    """Return purchases with the first day of their period instead of their month."""
    return frame.with_columns(pl.col(MONTH).dt.truncate(f"{MONTHS[length]}mo").alias(PERIOD)).drop(MONTH)


def count_cells(purchases: Purchases, length: Length, rule: Rule, after: date | None = None) -> pl.DataFrame:
    """Return one row per (product, list, period) with orders, also for all products and all lists.

    `customers` counts who ordered, a customer of two lists in each; `people` counts each once. `gross` adds the amounts
    whatever their sign, `largest` and `two_largest` are those of one and two people, `fresh` the people who ordered
    after a day, `is_safe` says whether the cell meets the rule.
    """
    of_products, of_customers = (in_periods(frame, length) for frame in (purchases.of_products, purchases.of_customers))
    sets = [
        _count(of_products, (PRODUCT, LIST), after),
        _count(of_products, (PRODUCT,), after),
        _count(of_customers, (LIST,), after),
        _count(of_customers, (), after),
    ]
    return pl.concat(sets).with_columns(rule.expression().alias("is_safe")).sort(PERIOD, PRODUCT, LIST)


def _count(frame: pl.DataFrame, keys: Sequence[str], after: date | None) -> pl.DataFrame:
    bought = pl.col(LIST).filter(pl.col("orders") > 0).n_unique() if LIST not in keys else (pl.col("orders") > 0).max()
    each = (
        frame.lazy()
        .group_by(*keys, PERIOD, CUSTOMER_ID)
        .agg(pl.col("orders", "spend").sum(), bought.cast(pl.Int64).alias("lists"), pl.col("last_day").max())
    )
    amount = pl.col("spend").abs()
    fresh = (pl.col("last_day") > after) if after else pl.lit(value=True)
    cells = each.group_by(*keys, PERIOD).agg(
        pl.col("lists").sum().alias("customers"),
        pl.col("orders", "spend").sum(),
        pl.len().cast(pl.Int64).alias("people"),
        amount.sum().alias("gross"),
        amount.max().alias("largest"),
        amount.top_k(2).sum().alias("two_largest"),
        fresh.sum().cast(pl.Int64).alias("fresh"),
    )
    every = [pl.lit(EVERY).alias(name) for name in (PRODUCT, LIST) if name not in keys]
    names = ("customers", "orders", "spend", "people", "gross", "largest", "two_largest", "fresh")
    return cells.with_columns(*every).select(PRODUCT, LIST, PERIOD, *names).collect()
