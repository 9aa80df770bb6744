"""Rows that are left out before any other check, with the reason for the ledger."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from rfm_engine.columns import LEFT_OUT
from rfm_engine.orders.staging import ROW

if TYPE_CHECKING:
    from rfm_engine.orders.cleaning import LeftOut


def leave_out(orders: pl.LazyFrame, rows: pl.DataFrame, reason: LeftOut) -> pl.LazyFrame:
    """Return the orders with the reason in `left_out` for these rows (by their `row`), unless they have one already."""
    marks = rows.lazy().select(pl.col(ROW).unique(), pl.lit(reason).alias(":reason"))
    joined = orders.join(marks, on=ROW, how="left", maintain_order="left")
    known = pl.col(LEFT_OUT) if LEFT_OUT in orders.collect_schema() else pl.lit(None, dtype=pl.String)
    return joined.with_columns(pl.coalesce(known, ":reason").alias(LEFT_OUT)).drop(":reason")
