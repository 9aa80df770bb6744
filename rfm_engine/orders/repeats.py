"""Rows that share an order id: repeats are dropped, contradictions rejected, lines added up to one order."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from rfm_engine.columns import (
    CARRIED,
    CUSTOMER_ID,
    ORDER_AMOUNT_FEN,
    ORDER_ID,
    ORDER_TIME,
    STATUS,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rfm_engine.rules import Rules

COPIES = "copies"
CONFLICTING = "conflicting"
ROWS = "rows"
ROUNDED = "order_amount_rounded"
IS_ORDER = "is_order"
HASH = "order_id_hash"


def identity(columns: Sequence[str], by: Sequence[str]) -> list[str]:
    """Return the columns in which two rows must be the same to be one row given twice."""
    known = (CUSTOMER_ID, ORDER_ID, *CARRIED, STATUS, ORDER_AMOUNT_FEN, ORDER_TIME)
    return list(dict.fromkeys((*by, *(name for name in known if name in columns))))


def distinct(kept: pl.LazyFrame, columns: Sequence[str], by: Sequence[str]) -> pl.LazyFrame:
    """Return one row per different row, with its `copies` and whether it is `conflicting`.

    Conflicting rows share list, customer and order id with a different one.
    """
    same = identity(columns, by)
    once = kept.group_by(same).agg(pl.len().alias(COPIES), pl.col(ROUNDED).first())
    return once.with_columns((pl.len().over(*by, CUSTOMER_ID, ORDER_ID) > 1).alias(CONFLICTING))


def settled(distinct_rows: pl.LazyFrame) -> pl.LazyFrame:
    """Return the rows that are orders: each different row once, without the conflicting ones."""
    return distinct_rows.filter(~pl.col(CONFLICTING)).drop(COPIES, CONFLICTING)


def suspects(kept: pl.LazyFrame) -> pl.LazyFrame:
    """Return the 64-bit hashes of order ids that stand in more than one row; none of them proves that no id repeats.

    Sorting hashes and comparing neighbours costs +1.1 s for 20 million orders, counting distinct ids for each customer
    +5.8 s. Equal hashes of different ids do no harm: such rows only get the second look that repeats get.
    """
    hashes = kept.select(pl.col(ORDER_ID).hash().alias(HASH)).sort(HASH)
    return hashes.filter(pl.col(HASH) == pl.col(HASH).shift(1)).unique()


def added_up(kept: pl.LazyFrame, columns: Sequence[str], by: Sequence[str]) -> pl.LazyFrame:
    """Return one row per (list, customer, order id): its lines' sum, newest time and the largest line's text.

    A line of nothing or less is part of the sum alone; an order of such lines only is none (`is_order` false).
    """
    carried = [name for name in CARRIED if name in columns and name not in by]
    positive = pl.col(ORDER_AMOUNT_FEN) > 0
    largest = [pl.col(name).filter(positive) for name in (ORDER_AMOUNT_FEN, *carried)]
    return kept.group_by(*by, CUSTOMER_ID, ORDER_ID).agg(
        pl.col(ORDER_AMOUNT_FEN).sum(),
        pl.col(ORDER_TIME).filter(positive).max(),
        *(pl.col(name).filter(positive).sort_by(largest, nulls_last=False).last() for name in carried),
        positive.any().alias(IS_ORDER),
        pl.len().alias(ROWS),
        pl.col(ROUNDED).sum(),
    )


def one_by_one(rows: pl.LazyFrame, rules: Rules) -> pl.LazyFrame:
    """Return rows that are one order each, marked like orders of lines."""
    is_order = pl.lit(value=True) if rules.refunds == "reject" else pl.col(ORDER_AMOUNT_FEN) > 0
    return rows.with_columns(is_order.alias(IS_ORDER), pl.lit(1, dtype=pl.UInt32).alias(ROWS))


def parted(kept: pl.LazyFrame, suspects_: pl.DataFrame) -> tuple[pl.LazyFrame, pl.LazyFrame]:
    """Return the rows whose order id stands once, and those that need a second look."""
    if suspects_.is_empty():
        return kept, kept.limit(0)
    hashed = kept.with_columns(pl.col(ORDER_ID).hash().alias(HASH))
    return (
        hashed.join(suspects_.lazy(), on=HASH, how="anti").drop(HASH),
        hashed.join(suspects_.lazy(), on=HASH, how="semi").drop(HASH),
    )


def counts() -> tuple[pl.Expr, pl.Expr]:
    """Return, over distinct rows, how many rows are duplicates and how many are conflicting."""
    conflicting = pl.col(CONFLICTING)
    return (
        (pl.col(COPIES).cast(pl.Int64) - 1).filter(~conflicting).sum().alias("duplicates"),
        pl.col(COPIES).cast(pl.Int64).filter(conflicting).sum().alias("conflicting"),
    )


def repeated(kept: pl.LazyFrame, columns: Sequence[str], by: Sequence[str]) -> int:
    """Return how many rows repeat an earlier one in every column (of a source without order ids)."""
    copies = kept.group_by(identity(columns, by)).agg((pl.len().cast(pl.Int64) - 1).alias(COPIES))
    return int(copies.select(pl.col(COPIES).sum()).collect().item())
