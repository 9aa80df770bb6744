"""Faults planted after the orders, so that a dataset's ledger has something to show."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import polars as pl

if TYPE_CHECKING:
    from rfm_engine.synthetic.markets import Market

KINDS: Final = ("repeated row", "before the window", "after the window", "no customer id", "amount of 0")
REPEATED, BEFORE, AFTER, NO_CUSTOMER, NO_AMOUNT = range(len(KINDS))
row, fault = pl.col("row"), pl.col("fault")


def plant_faults(rows: pl.LazyFrame, market: Market) -> pl.LazyFrame:
    """Add `fault` (null for none, else the kind's position), and `market.faults` rows of each kind at the end.

    A repeated row has the number of another row, spread over all; the others have numbers of their own.
    """
    sound = rows.with_columns(fault=pl.lit(None, pl.UInt8))
    if not market.faults:
        return sound
    kinds = pl.LazyFrame({"fault": [kind for kind in range(len(KINDS)) for _ in range(market.faults)]})
    position = pl.int_range(pl.len(), dtype=pl.UInt64)
    number = (
        pl.when(fault == REPEATED).then(position * market.orders // market.faults).otherwise(position + market.orders)
    )
    return pl.concat([sound, kinds.select(number.alias("row"), fault.cast(pl.UInt8))])


def without_customer(customer_id: pl.Expr) -> pl.Expr:
    """Return the customer id, or null where that is the row's fault."""
    return pl.when(fault == NO_CUSTOMER).then(None).otherwise(customer_id)


def without_amount(fen: pl.Expr) -> pl.Expr:
    """Return the amount, or 0 where that is the row's fault."""
    return pl.when(fault == NO_AMOUNT).then(0).otherwise(fen)


def move_outside(day: pl.Expr, window_days: int) -> pl.Expr:
    """Return the day, or one that lies the window's length before or after where that is the row's fault."""
    return day + pl.when(fault == BEFORE).then(-window_days).when(fault == AFTER).then(window_days).otherwise(0)
