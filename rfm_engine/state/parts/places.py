"""Where customers stand in a long part, or would stand: found by search, for both are sorted.

A join takes 1.5 s for 2 million customers, this 0.5 s.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
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

    The part is looked at slice by slice, for list and customer as one text take a third of its memory; as many at once
    as there are cores.
    """
    known, keys = part.select(key_columns(part)), _join_keys(customers)
    starts = range(0, part.height, SEARCHED)
    last = _join_keys(known[[min(start + SEARCHED, part.height) - 1 for start in starts]])
    if keys is None or last is None:
        return None
    ends = keys.search_sorted(last, side="right").to_list()
    wanted = [keys[first:end] for first, end in pairwise([0, *ends])]
    with ThreadPoolExecutor(pl.thread_pool_size()) as pool:
        found = [*pool.map(_search, (known.slice(start, SEARCHED) for start in starts), wanted)]
    if any(rows is None for rows in found):
        return None
    beyond = pl.repeat(0, keys.len() - ends[-1], dtype=pl.Int64, eager=True)
    row = pl.concat([start + rows for start, rows in zip((*starts, part.height), (*found, beyond), strict=True)])
    partners = _join_keys(known[row.clip(upper_bound=part.height - 1)])
    return Places(row, keys == partners)


def _search(customers: pl.DataFrame, keys: pl.Series) -> pl.Series | None:
    """Return before which of the customers each key belongs, none of which is beyond them; None: it can't be said."""
    if keys.is_empty():
        return pl.Series(dtype=pl.Int64)
    known = _join_keys(customers)
    return None if known is None else known.search_sorted(keys, side="left").cast(pl.Int64)


def insert(numbers: pl.Series, places: pl.Series, more: pl.Series) -> pl.Series:
    """Return the numbers with more of them, each before that at its place; the places rise."""
    if more.is_empty():
        return numbers
    new_places = places + pl.int_range(places.len(), eager=True)
    is_old = pl.repeat(value=True, n=numbers.len() + more.len(), eager=True).scatter(new_places, values=False)
    whole = pl.repeat(0, is_old.len(), dtype=numbers.dtype, eager=True)
    return whole.scatter(is_old.arg_true(), numbers).scatter(new_places, more)


def _join_keys(part: pl.DataFrame) -> pl.Series | None:
    """Return list and customer as one text that sorts as they do; None where a text has the sign between them."""
    keys = part.columns[: part.columns.index(CUSTOMER_ID) + 1]
    if any(part[name].str.contains("\0", literal=True).any() for name in keys):
        return None
    return part.select(pl.concat_str(keys, separator="\0")).to_series()
