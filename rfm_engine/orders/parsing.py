"""Text and typed cells to customer ids, fen and times: exact, lazy, and null where a cell is none."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from rfm_engine.columns import (
    CUSTOMER_ID,
    ORDER_AMOUNT,
    ORDER_AMOUNT_FEN,
    ORDER_ID,
    ORDER_TIME,
    PRODUCT_NAME,
    REGION,
    STATUS,
    STORE_CODE,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from rfm_engine.orders.source import Source

ROUNDED = "order_amount_rounded"
AMOUNT_TEXT = "order_amount_text"
TIME_TEXT = "order_time_text"
TEXTS = (CUSTOMER_ID, ORDER_ID, STORE_CODE, REGION, PRODUCT_NAME, STATUS)


def typed(
    raw: pl.LazyFrame, source: Source, mapping: Mapping[str, str], place: Sequence[pl.Expr] = ()
) -> pl.LazyFrame:
    """Return one row per raw row: the canonical columns that `mapping` knows, typed."""
    names = [name for name in dict.fromkeys((*TEXTS, *mapping)) if name in mapping and name not in (ORDER_AMOUNT, ORDER_TIME)]
    text = {name: pl.col(mapping[name]).cast(pl.String).str.strip_chars() for name in mapping}
    filled = {name: pl.when(value != "").then(value) for name, value in text.items()}
    amount = filled[ORDER_AMOUNT].cast(pl.Float64, strict=False)
    fen = (amount * source.fen_per_unit).round()
    time = filled[ORDER_TIME]
    return raw.select(
        *(filled[name].alias(name) for name in names),
        pl.when(fen.abs() < 10**13).then(fen).cast(pl.Int64).alias(ORDER_AMOUNT_FEN),
        (fen / source.fen_per_unit != amount).alias(ROUNDED),
        pl.coalesce(
            time.str.to_datetime("%Y-%m-%d %H:%M:%S", strict=False, time_unit="us"),
            time.str.to_datetime("%Y-%m-%d", strict=False, time_unit="us"),
        ).alias(ORDER_TIME),
        filled[ORDER_AMOUNT].alias(AMOUNT_TEXT),
        time.alias(TIME_TEXT),
        *place,
    )


def amount_fault() -> pl.Expr:
    """Return why a row of the typed frame has no amount: missing, not an amount, out of range (else null)."""
    text, fen = pl.col(AMOUNT_TEXT), pl.col(ORDER_AMOUNT_FEN)
    return pl.when(fen.is_null()).then(pl.when(text.is_null()).then(pl.lit("missing")).otherwise(pl.lit("not an amount")))


def time_fault() -> pl.Expr:
    """Return why a row of the typed frame has no time: missing or not a time (else null)."""
    text, time = pl.col(TIME_TEXT), pl.col(ORDER_TIME)
    return pl.when(time.is_null()).then(pl.when(text.is_null()).then(pl.lit("missing")).otherwise(pl.lit("not a time")))
