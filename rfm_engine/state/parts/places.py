"""Where customers stand in a long part, or would stand: found by search, for both are sorted.

A join takes 1.5 s for 2 million customers, this 0.5 s.
"""

from __future__ import annotations

from typing import Final, NamedTuple

import polars as pl

from rfm_engine.columns import CUSTOMER_ID
from rfm_engine.state.parts.columns import key_columns

SEARCHED: Final = 500_000
"""Rows whose list and customer are held as one text."""


class Places(NamedTuple):
    """Before which row of a part each customer belongs, and whether that row has the same customer."""

    row: pl.Series
    is_there: pl.Series


def find_places(part: pl.DataFrame, customers: pl.DataFrame) -> Places | None:
    """Return the places of customers; None where list and customer can't be searched for.

    The part is looked at slice by slice, for list and customer as one text take a third of its memory.
    """
    keys, names = _join_keys(customers), key_columns(part)
    if keys is None:
        return None
    places, done = list[pl.Series](), 0
    for start in range(0, part.height, SEARCHED):
        known = _join_keys(part.select(names).slice(start, SEARCHED))
        if known is None:
            return None
        end = keys.search_sorted(known[-1], side="right")
        places.append(start + known.search_sorted(keys.slice(done, end - done), side="left").cast(pl.Int64))
        done = end
    places.append(pl.repeat(part.height, keys.len() - done, dtype=pl.Int64, eager=True))
    row = pl.concat(places)
    partners = _join_keys(part.select(names)[row.clip(upper_bound=part.height - 1)])
    return Places(row, keys == partners)


def insert(numbers: pl.Series, places: pl.Series, more: pl.Series) -> pl.Series:
    """Return the numbers with more of them, each before that at its place; the places rise."""
    if more.is_empty():
        return numbers
    new_places = places + pl.int_range(places.len(), eager=True)
    is_new = pl.repeat(value=False, n=numbers.len() + more.len(), eager=True).scatter(new_places, values=True)
    old = numbers.gather((~is_new).cum_sum().cast(pl.Int64) - 1)  # those of new places, -1 too, are replaced
    return old.scatter(new_places, more)


def _join_keys(part: pl.DataFrame) -> pl.Series | None:
    """Return list and customer as one text that sorts as they do; None where a text has the sign between them."""
    keys = part.columns[: part.columns.index(CUSTOMER_ID) + 1]
    if any(part[name].str.contains("\0", literal=True).any() for name in keys):
        return None
    return part.select(pl.concat_str(keys, separator="\0")).to_series()
