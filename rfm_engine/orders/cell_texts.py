"""The texts of amounts and times, kept where a reject may show them: to make them takes as long as to read orders."""

from __future__ import annotations

from typing import Final

import polars as pl

from rfm_engine.columns import CURRENCY, ORDER_AMOUNT_FEN, ORDER_TIME
from rfm_engine.orders.cells.amounts import AMOUNT_TEXT, REMAINDER
from rfm_engine.orders.parsing import TIME_TEXT

TEXTS: Final = (AMOUNT_TEXT, TIME_TEXT)


def drop_parsed_text(typed: pl.LazyFrame) -> pl.LazyFrame:
    """Return the orders without the texts of amounts and times that can be used; the others are wanted for rejects.

    Where what an amount comes to is not known yet, or it is a line's, whose order may come to nothing, all are.
    """
    usable = _is_usable() if {CURRENCY, REMAINDER}.isdisjoint(typed.collect_schema()) else pl.lit(value=False)
    return typed.with_columns(
        pl.when(~usable).then(pl.col(AMOUNT_TEXT)).alias(AMOUNT_TEXT),
        pl.when(pl.col(ORDER_TIME).is_null()).then(pl.col(TIME_TEXT)).alias(TIME_TEXT),
    )


def leave_out_texts(rows: pl.LazyFrame) -> pl.LazyFrame:
    """Return typed orders whose texts are null."""
    return rows.with_columns(pl.lit(None, pl.String).alias(name) for name in TEXTS)


def collect_usable(numbered: pl.LazyFrame) -> pl.DataFrame | None:
    """Return orders whose amounts and times can all be used, whose texts need not be made then; else None."""
    if CURRENCY in numbered.collect_schema():
        return None
    found = leave_out_texts(numbered).collect()
    return found if found.select(has_usable_cells().all()).item() else None


def has_usable_cells() -> pl.Expr:
    """Return whether the amount and the time of an order can be used."""
    return _is_usable() & pl.col(ORDER_TIME).is_not_null()


def _is_usable() -> pl.Expr:
    return pl.col(ORDER_AMOUNT_FEN).fill_null(0) > 0
