"""Refunds in rows of their own: taken off the orders that they name."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import polars as pl

from rfm_engine.columns import CURRENCY, ORDER_AMOUNT_FEN, ORDER_ID, REFUND_OF, REFUNDED_FEN, STATUS
from rfm_engine.orders.cleaning import is_present
from rfm_engine.orders.staging import ROW
from rfm_engine.preparation.left_out import leave_out

if TYPE_CHECKING:
    from rfm_engine.rules import Rules

SUM: Final = ":refunds"


def subtract_refund_rows(orders: pl.LazyFrame, rules: Rules) -> pl.LazyFrame:
    """Return orders with the rows of less than 0 that name another order taken off it, as `refunded_fen`.

    They are left out. A refund that stands in several files counts once; one whose order is not there stays as it is,
    and so does one without an id of its own, of which nothing says whether it stands there twice.
    """
    columns = orders.collect_schema().names()
    same = [name for name in (CURRENCY,) if name in columns]
    fen, has_id = pl.col(ORDER_AMOUNT_FEN), is_present(pl.col(ORDER_ID))
    counts = pl.col(STATUS).is_in(rules.keep_status) if rules.keep_status and STATUS in columns else pl.lit(value=True)
    paid = orders.filter(fen > 0, has_id).select(ORDER_ID, *same)
    refunds = orders.filter(fen < 0, has_id, counts).join(
        paid, left_on=[REFUND_OF, *same], right_on=[ORDER_ID, *same], how="semi"
    )
    found = refunds.select(ROW, ORDER_ID, REFUND_OF, *same, ORDER_AMOUNT_FEN).collect()
    if found.is_empty():
        return orders.drop(REFUND_OF)
    once = found.sort(ROW).unique(ORDER_ID, keep="first", maintain_order=True)
    sums = once.group_by(REFUND_OF, *same).agg(-fen.sum().alias(SUM)).lazy()
    joined = orders.drop(REFUND_OF).join(
        sums, left_on=[ORDER_ID, *same], right_on=[REFUND_OF, *same], how="left", maintain_order="left"
    )
    refunded = pl.when(fen > 0).then(pl.col(SUM)).fill_null(0)
    taken = joined.with_columns(fen - refunded, refunded.alias(REFUNDED_FEN)).drop(SUM)
    return leave_out(taken, found.select(ROW), "refunds of other rows")
