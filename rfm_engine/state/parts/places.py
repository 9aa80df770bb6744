"""Where customers stand in a long part, or would stand: found by search, list by list, for both are sorted.

A join takes 1.5 s for 2 million customers, this 0.1 s.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from functools import reduce
from operator import and_
from typing import TYPE_CHECKING, Final, NamedTuple

import polars as pl

from rfm_engine.columns import CUSTOMER_ID
from rfm_engine.state.parts.columns import key_columns

if TYPE_CHECKING:
    from collections.abc import Sequence

KNOWN: Final = ":known"
WANTED: Final = ":wanted"
"""The columns of how many rows a list has; no column of a list can have such a name."""


class Places(NamedTuple):
    """Before which row of a part each customer belongs, and whether that row has the same customer."""

    row: pl.Series
    is_there: pl.Series


def find_places(part: pl.DataFrame, customers: pl.DataFrame) -> Places:
    """Return the places of customers in a part that has some; as many lists are searched at once as there are cores."""
    keys, known, wanted = key_columns(part), part[CUSTOMER_ID], customers[CUSTOMER_ID]

    def search(span: tuple[int, int, int, int]) -> pl.Series:
        first, rows, first_wanted, rows_wanted = span
        asked = wanted.slice(first_wanted, rows_wanted)
        return first + known.slice(first, rows).search_sorted(asked, side="left").cast(pl.Int64)

    with ThreadPoolExecutor(pl.thread_pool_size()) as pool:
        row = pl.concat([pl.Series(dtype=pl.Int64), *pool.map(search, _find_spans(part, customers, keys[:-1]))])
    partners = part.select(keys)[row.clip(upper_bound=part.height - 1)]
    return Places(row, reduce(and_, (partners[name].eq_missing(customers[name]) for name in keys)))


def _find_spans(part: pl.DataFrame, customers: pl.DataFrame, by: Sequence[str]) -> list[tuple[int, int, int, int]]:
    """Return the first row of each list in the part and how many rows it has, maybe none; and among the customers."""
    if not by:
        return [(0, part.height, 0, customers.height)]
    known, wanted = part.group_by(by).agg(pl.len().alias(KNOWN)), customers.group_by(by).agg(pl.len().alias(WANTED))
    lists = known.join(wanted, on=by, how="full", coalesce=True, nulls_equal=True).sort(by)
    rows = lists.select(pl.col(KNOWN, WANTED).fill_null(0).cast(pl.Int64))
    first = rows.select(pl.all().cum_sum() - pl.all())
    return [*zip(first[KNOWN], rows[KNOWN], first[WANTED], rows[WANTED], strict=True)]


def insert(numbers: pl.Series, places: pl.Series, more: pl.Series) -> pl.Series:
    """Return the numbers with more of them, each before that at its place; the places rise."""
    if more.is_empty():
        return numbers
    new_places = places + pl.int_range(places.len(), eager=True)
    is_old = pl.repeat(value=True, n=numbers.len() + more.len(), eager=True).scatter(new_places, values=False)
    whole = pl.repeat(0, is_old.len(), dtype=numbers.dtype, eager=True)
    return whole.scatter(is_old.arg_true(), numbers).scatter(new_places, more)
