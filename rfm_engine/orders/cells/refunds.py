"""Refunds that stand in a column of their own: subtracted from the amount."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import polars as pl

from rfm_engine.columns import ORDER_AMOUNT, ORDER_AMOUNT_FEN, REFUNDED_AMOUNT, REFUNDED_FEN
from rfm_engine.orders.cells.amounts import ROUNDED, parse_amounts

if TYPE_CHECKING:
    from rfm_engine.orders.cells.options import CellOptions

_GROSS: Final = ":gross "


def subtract_refunds(orders: pl.LazyFrame, options: CellOptions) -> pl.LazyFrame:
    """Return typed orders with `refunded_amount` (text) taken off their fen, and its fen as `refunded_fen`.

    A blank refund is none, and whatever its sign it reduces the amount. Where it is no amount, there is none at all.
    """
    gross = orders.rename({name: _GROSS + name for name in (ORDER_AMOUNT_FEN, ROUNDED)})
    parsed = gross.with_columns(pl.col(REFUNDED_AMOUNT).alias(ORDER_AMOUNT)).pipe(
        parse_amounts, pl.String(), options, fallback=True
    )
    amount, refund = pl.col(_GROSS + ORDER_AMOUNT_FEN), pl.col(ORDER_AMOUNT_FEN).abs()
    is_blank = pl.col(REFUNDED_AMOUNT).is_null() | (pl.col(REFUNDED_AMOUNT) == "")
    known = pl.when(is_blank).then(pl.lit(0, dtype=pl.Int64)).otherwise(refund)
    columns = [name for name in orders.collect_schema().names() if name != REFUNDED_AMOUNT]
    return parsed.with_columns(
        (amount - known).alias(ORDER_AMOUNT_FEN),
        (pl.col(_GROSS + ROUNDED) | pl.col(ROUNDED).fill_null(value=False)).alias(ROUNDED),
        known.alias(REFUNDED_FEN),
    ).select(*columns, REFUNDED_FEN)


def is_wholly_refunded() -> pl.Expr:
    """Return whether a refund left nothing of what was an amount."""
    net, refund = pl.col(ORDER_AMOUNT_FEN), pl.col(REFUNDED_FEN)
    return (refund > 0) & (net <= 0) & (net + refund > 0)
