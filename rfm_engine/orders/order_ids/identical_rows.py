"""Ids and rows that may be the same as another, by their hashes; rows that repeat an earlier one without order ids."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

import polars as pl

from rfm_engine.columns import CUSTOMER_ID, ORDER_AMOUNT_FEN, ORDER_TIME
from rfm_engine.orders.failing_rows import cut_rows
from rfm_engine.orders.order_ids.duplicates import HASH, ROWS, identity_columns, optional_texts
from rfm_engine.orders.parsing import null_if_empty
from rfm_engine.orders.staging import row_mask

if TYPE_CHECKING:
    from collections.abc import Collection

    from rfm_engine.orders.staging import OrderSet

FEW: Final = 10
"""Rows that are taken one by one."""


def may_repeat(ids: pl.Series) -> pl.Series:
    """Return whether another id has the hash of each: to sort hashes takes a third of the time of counting all ids."""
    hashes = ids.hash()
    return hashes.is_in(_list_repeated_hashes(hashes).implode())


def list_repeated(ids: pl.Series) -> pl.Series:
    """Return the ids that stand there more than once, each once, in no order.

    Where as many ids as hashes repeat, no two ids share a hash; else those that may repeat are counted, in twice the
    time.
    """
    hashes = ids.hash()
    repeated = _list_repeated_hashes(hashes).unique()
    if repeated.is_empty():
        return ids.clear()
    alike = ids.filter(hashes.is_in(repeated.implode()))
    distinct = alike.unique()
    if distinct.len() == repeated.len():
        return distinct
    return alike.value_counts().filter(pl.col("count") > 1)[ids.name]


def _list_repeated_hashes(hashes: pl.Series) -> pl.Series:
    in_order = hashes.sort(multithreaded=False)  # two threads take as long, and 1.7 times the processor's time
    return in_order.filter(in_order == in_order.shift(1))


def hash_order() -> pl.Expr:
    """Return a hash of a row's time and amount (UInt64)."""
    return (pl.col(ORDER_TIME).to_physical() * ROWS + pl.col(ORDER_AMOUNT_FEN)).hash()  # it may wrap


def count_repeats(orders: OrderSet, alike_rows: Collection[int] | None = None) -> int:
    """Return how many rows repeat an earlier one in every column (of a source without order ids).

    Where it is known which rows may do so (by number; None: any), only these are looked at.
    """
    if alike_rows is not None and not alike_rows:
        return 0
    alike = _find_alike(orders.passing()) if alike_rows is None else _take_rows(orders, alike_rows)
    texts, keys = null_if_empty(optional_texts(orders)), identity_columns(orders, orders.by)
    further = alike.with_columns(texts).group_by(keys).agg(pl.len().cast(pl.Int64) - 1)
    return int(further.select(pl.col("len").sum()).collect().item())


def _take_rows(orders: OrderSet, rows: Collection[int]) -> pl.LazyFrame:
    """Return those of some rows that pass every check.

    Of a large file a few are read one by one, 0.01 s each; in one plan Polars would read all of them, 0.8 s.
    """
    if len(rows) > FEW:
        return orders.passing().filter(row_mask(pl.Series([*rows], dtype=pl.UInt32), orders.height))
    found = [cut_rows(orders.rows, row, row + 1).collect() for row in sorted(rows)]
    return replace(orders, rows=pl.concat(found).lazy()).passing()


def _find_alike(rows: pl.LazyFrame) -> pl.LazyFrame:
    """Return the rows whose customer, time and amount another row has, by a 64-bit hash.

    Where there is none, 2 million rows take 0.2 s, grouped by every column 0.7 s.
    """
    hashed = rows.with_columns((pl.col(CUSTOMER_ID).hash() ^ hash_order()).alias(HASH))
    hashes = hashed.select(HASH).sort(HASH).filter(pl.col(HASH) == pl.col(HASH).shift(1)).unique().collect()
    return hashed.join(hashes.lazy(), on=HASH, how="semi") if hashes.height else rows.clear()
