"""What stands in the tables that went out: cells of the demand, and numbers of customers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import polars as pl

from rfm_engine.columns import TIER
from rfm_engine.insight.cells import PERCENT, PERIOD, Key
from rfm_engine.insight.periods import Period
from rfm_engine.insight.purchases import EVERY, LIST, PRODUCT

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

DEMAND, OUTLOOK, REGIONS, GRADES_TABLE, INDIVIDUALS = "demand", "outlook", "regions", "grades", "individuals"
CUSTOMERS, NEW, BEST, GRADES = "customers", "new", "best", "grades"
REST: Final = "other than "
"""Begins the name of the customers who are not counted; readers know them by subtraction."""


class Count(NamedTuple):
    """A number of customers: what is counted, of which list, and in which period or tier; `EVERY` for all."""

    what: str
    region: str
    of: str


def read_cells(tables: Mapping[str, pl.DataFrame]) -> Iterator[Key]:
    """Yield the cells that stand in the tables."""
    for name in (DEMAND, REGIONS):
        table = tables.get(name, pl.DataFrame(schema={PRODUCT: pl.String, LIST: pl.String, PERIOD: pl.String}))
        products = table[PRODUCT] if PRODUCT in table.columns else [EVERY] * table.height
        for product, region, period in zip(products, table[LIST], table[PERIOD], strict=True):
            yield Key(product, region, Period.parse(period).first_day)


def read_counts(tables: Mapping[str, pl.DataFrame], tiers: Sequence[str]) -> dict[Count, int]:
    """Return the numbers of customers that stand in the tables, or follow from a share; of one list also as of all."""
    numbers = dict(_list_counts(tables, tiers))
    if len({count.region for count in numbers}) == 1:
        numbers |= {count._replace(region=EVERY): number for count, number in numbers.items()}
    return numbers


def _list_counts(tables: Mapping[str, pl.DataFrame], tiers: Sequence[str]) -> Iterator[tuple[Count, int]]:
    position = {name: str(place) for place, name in enumerate(tiers)} | {EVERY: EVERY}
    for row in tables.get(GRADES_TABLE, pl.DataFrame()).iter_rows(named=True):
        place = (row[LIST], position.get(row[TIER], row[TIER]))
        yield Count(GRADES, *place), row["customers"]
        for name in row:
            if name.startswith("active_") and row[name] is not None:
                what = name.removesuffix("_percent").replace("_", " ")
                yield Count(what, *place), round(row[name] * row["customers"] / PERCENT)
    for row in tables.get(REGIONS, pl.DataFrame()).iter_rows(named=True):
        place = (row[LIST], row[PERIOD])
        yield from _as_active(Count(CUSTOMERS, *place), row["customers"], EVERY)
        if row["new_customers"] is not None:
            yield Count(NEW, *place), row["new_customers"]
        if row["best_tier_percent"] is not None:
            best = round(row["best_tier_percent"] * row["customers"] / PERCENT)
            yield from _as_active(Count(BEST, *place), best, position[tiers[0]])


def _as_active(count: Count, number: int, tier: str) -> Iterator[tuple[Count, int]]:
    """Yield a number of a period, and of a quarter also as that of the active customers, for they are the same."""
    yield count, number
    if "-Q" in count.of:
        yield Count(f"active {count.of}", count.region, tier), number
