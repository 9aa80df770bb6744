"""Customers to try schemes and policies on: generated, always the same, and free of nulls as the engine's are."""

from __future__ import annotations

from itertools import accumulate
from random import Random
from typing import TYPE_CHECKING, Final

import polars as pl

from rfm_engine.columns import CUSTOMER_ID, REGION, Metric

if TYPE_CHECKING:
    from collections.abc import Iterable

BY: Final = (REGION,)

SCHEMA: Final[dict[str, type[pl.DataType]]] = {
    REGION: pl.String,
    CUSTOMER_ID: pl.String,
    **{metric.column: pl.Int64 for metric in Metric},
}

FORTUNE: Final = 10**13
LONG_AGO: Final = 20_000
LARGE: Final = 3_001
"""Customers of a list that is larger than those of the samples, whatever numbers an expression names."""

MOST_CUSTOMERS: Final = 100_000
"""So many customers at most are in lists whose size an expression may name."""


def make_customers(lists: dict[str, Iterable[tuple[int, int, int]]]) -> pl.DataFrame:
    """Return one row per (list, customer), sorted by both, from rows of days, orders and fen."""
    rows = [(name, f"c{at:04}", *values) for name, population in lists.items() for at, values in enumerate(population)]
    return pl.DataFrame(rows, schema=SCHEMA, orient="row").sort(REGION, CUSTOMER_ID)


def sample_lists() -> pl.DataFrame:
    """Return three lists of sizes that five does not divide: mostly one-time buyers, all different, and extremes."""
    chance = Random(20250701)  # noqa: S311 the same customers every time, no secret
    return make_customers(
        {
            "ties": [(chance.randrange(40) * 9, _few(chance), _few(chance) * 4990) for _ in range(211)],
            "different": zip(*(chance.sample(range(1, 9973), 97) for _ in Metric), strict=True),
            "extreme": [
                (chance.choice((0, 1, LONG_AGO)), chance.choice((1, 2, 10**6)), chance.choice((1, 2, FORTUNE)))
                for _ in range(23)
            ],
        }
    )


def _few(chance: Random) -> int:
    return 1 if chance.random() < 0.8 else chance.randrange(2, 12)  # noqa: PLR2004 four in five


def edge_lists() -> dict[str, pl.DataFrame]:
    """Return the populations that break careless arithmetic, by name; each is one list."""
    return {
        "no customer": make_customers({"edge": []}),
        "one customer": make_customers({"edge": [(0, 1, 1)]}),
        "one customer of long ago": make_customers({"edge": [(LONG_AGO, 1, FORTUNE)]}),
        "two customers": make_customers({"edge": [(3, 1, 500), (90, 2, 100)]}),
        "seven equal customers": make_customers({"edge": [(30, 2, 19900)] * 7}),
    }


def large_lists(numbers: Iterable[int]) -> dict[str, pl.DataFrame]:
    """Return lists as large as each of these numbers, one less and one more, and a large one, by name.

    Where that is too many customers, the largest are left out.
    """
    sizes = sorted({LARGE, *(n + step for n in numbers for step in (-1, 0, 1) if 0 < n + step <= MOST_CUSTOMERS)})
    fit = [size for size, total in zip(sizes, accumulate(sizes), strict=True) if total <= MOST_CUSTOMERS]
    return {f"{size:,} customers": make_customers({"large": _cycle_values(size)}) for size in {*fit, LARGE}}


def _cycle_values(size: int) -> list[tuple[int, int, int]]:
    return [(at % 43 * 9, 1 + at % 11, 100 + at * 37 % 4999) for at in range(size)]
