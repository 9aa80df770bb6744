"""Orders to customers: one row per (list, customer), the hot path."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from rfm_engine.columns import (
    CARRIED,
    CUSTOMER_ID,
    FREQUENCY,
    LAST_ORDER_TIME,
    MONETARY_FEN,
    ORDER_AMOUNT_FEN,
    ORDER_ID,
    ORDER_TIME,
    RECENCY_DAYS,
)
from rfm_engine.orders.repeats import IS_ORDER, ROUNDED, ROWS

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from datetime import date


def customers(orders: pl.LazyFrame, columns: Collection[str], by: Sequence[str], as_of: date) -> pl.LazyFrame:
    """Return one row per (list, customer): recency, frequency, monetary and the newest order, in no stated order.

    `orders` has one row per order. A customer whose rows are refunds alone has frequency 0 and no newest order. `rows`
    and `order_amount_rounded` count the source rows behind a customer, for the ledger.
    """
    carried = [ORDER_AMOUNT_FEN, *(name for name in (ORDER_ID, *CARRIED) if name in columns and name not in by)]
    rank = [name for name in (ORDER_TIME, ORDER_ID, ORDER_AMOUNT_FEN, *CARRIED) if name in columns and name not in by]
    is_order = pl.col(IS_ORDER)
    newest = [pl.col(name).filter(is_order).sort_by([pl.col(key).filter(is_order) for key in rank]).last() for name in carried]
    return (
        orders.group_by(*by, CUSTOMER_ID)
        .agg(
            pl.col(ORDER_TIME).filter(is_order).max().alias(LAST_ORDER_TIME),
            is_order.sum().cast(pl.Int64).alias(FREQUENCY),
            pl.col(ORDER_AMOUNT_FEN).sum().alias(MONETARY_FEN),
            *(expression.name.prefix("last_") for expression in newest),
            pl.col(ROWS).cast(pl.Int64).sum(),
            pl.col(ROUNDED).cast(pl.Int64).sum(),
        )
        .with_columns(recency_days(as_of))
    )


def recency_days(as_of: date) -> pl.Expr:
    """Return the calendar days from the newest order to the statistics date (Int64)."""
    return (pl.lit(as_of) - pl.col(LAST_ORDER_TIME).dt.date()).dt.total_days().alias(RECENCY_DAYS)
