"""Purchases made up at random, and what a reader of the tables knows, found by plain elimination."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import polars as pl
from hypothesis import strategies as st

from rfm_engine.insight.purchases import EVERY, Purchases

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from rfm_engine.insight.demand import Demand

MONTHS = (date(2025, 4, 1), date(2025, 5, 1))
Place = tuple[str, str, date]
Bought = tuple[str, str, date, str, int]


def bought() -> st.SearchStrategy[list[Bought]]:
    """Return lists of (product, list, month, customer, yuan); customers are few, so that cells are small."""
    one = st.tuples(
        st.sampled_from("abc"),
        st.sampled_from("NSW"),
        st.sampled_from(MONTHS),
        st.integers(0, 30).map("c{:02}".format),
        st.sampled_from((10, 20, 30)),
    )
    return st.integers(0, 180).flatmap(lambda least: st.lists(one, min_size=least + 1, max_size=least + 20))


def purchases_of(rows: Iterable[Bought]) -> Purchases:
    """Return the purchases; a customer's tier follows from the number of orders."""
    schema = {"product": pl.String, "region": pl.String, "month": pl.Date, "customer_id": pl.String, "yuan": pl.Int64}
    orders = pl.DataFrame(list(rows), schema=schema, orient="row")
    sums = (
        pl.len().cast(pl.Int64).alias("orders"),
        (pl.col("yuan").sum() * 100).alias("spend"),
        pl.lit(0, pl.Int64).alias("refunded"),
        pl.col("month").max().alias("last_day"),
    )
    keys = ["region", "customer_id"]
    graded = orders.group_by(keys).agg(*sums[:2]).with_columns((pl.col("orders") < 4).cast(pl.Int64).alias("tier"))
    return Purchases(
        of_products=orders.group_by(*keys, "month", "product").agg(*sums),
        of_customers=orders.group_by(*keys, "month").agg(*sums),
        customers=graded.with_columns(pl.lit(1, pl.Int32).alias(score) for score in ("r_score", "f_score", "m_score")),
    )


def places_of(demand: Demand, *, hidden: bool = False) -> list[Place]:
    """Return (product, list, period) of each cell, or of those that are withheld."""
    cells = demand.cells.filter(~demand.cells["is_shown"]) if hidden else demand.cells
    return [(product_name, region, day) for product_name, region, day in cells.select(cells.columns[:3]).iter_rows()]


def rank(rows: list[list[int]]) -> int:
    """Return the rank of a matrix, by exact elimination column after column."""
    left = [[Fraction(number) for number in row] for row in rows]
    found = 0
    for column in range(len(rows[0]) if rows else 0):
        pivot = next((row for row in left[found:] if row[column]), None)
        if pivot is None:
            continue
        left.remove(pivot)
        left.insert(found, pivot)
        for position, row in enumerate(left):
            if position != found and row[column]:
                factor = row[column] / pivot[column]
                left[position] = [one - factor * other for one, other in zip(row, pivot, strict=True)]
        found += 1
    return found


def margins(places: Collection[Place], withheld: list[Place]) -> list[list[int]]:
    """Return what each total says of the withheld places: a row of coefficients."""
    products, regions, months = (set(found) for found in zip(*places, strict=True))
    singles = (products - {EVERY}, regions - {EVERY})
    lines = [
        ({(name, one, month) for one in singles[1]}, (name, EVERY, month)) for name in products for month in months
    ]
    lines += [
        ({(one, name, month) for one in singles[0]}, (EVERY, name, month)) for name in regions for month in months
    ]
    return [[_sign(place, parts, total) for place in withheld] for parts, total in lines if total in places]


def _sign(place: Place, parts: set[Place], total: Place) -> int:
    return 1 if place in parts else -1 if place == total else 0


def find_computable(rows: list[list[int]], withheld: list[Any], sought: Iterable[Any]) -> list[Any]:
    """Return which of the sought places are fixed by the rows: those that add nothing to their rank."""
    base = rank(rows)
    unit = {place: [int(other == place) for other in withheld] for place in withheld}
    return [place for place in sought if rank([*rows, unit[place]]) == base]
