"""Graded customers as the files show them: the published columns, in their order, in exact types."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

import polars as pl

from rfm_engine.columns import (
    CHINESE,
    MONETARY_FEN,
    SCORES,
    published_columns,
)
from rfm_engine.plugin_api import decimal_literal
from rfm_engine.vocabulary.currencies import name_currency

if TYPE_CHECKING:
    from collections.abc import Sequence

MONEY = pl.Decimal(18, 2)
LAST_AMOUNT_FEN = "last_order_amount_fen"


def publish(
    graded: pl.LazyFrame, by: Sequence[str], requested: Sequence[str], carry: Sequence[str] = ()
) -> pl.LazyFrame:
    """Return graded customers as published, one row per (list, customer), in the order given.

    Money becomes Decimal(18, 2) yuan; a column that the source lacks, or that was not requested, is there and null.
    """
    known = graded.collect_schema().names()
    money = [
        fen_to_yuan(name).alias(name.removesuffix("_fen")) for name in (MONETARY_FEN, LAST_AMOUNT_FEN) if name in known
    ]
    text = (pl.col(name).cast(pl.String) for name in by)
    with_money = graded.with_columns(*text, *money, *(pl.col(score).cast(pl.Int32) for score in SCORES))
    present = set(with_money.collect_schema().names())
    return with_money.select(_find_column(name, present) for name in published_columns(by, requested, carry))


def _find_column(name: str, present: set[str]) -> pl.Expr:
    """Return the column, or what it repeats (the store of a list by store), or what is carried along, or null."""
    found = next((known for known in (name, name.removeprefix("last_"), f"last_{name}") if known in present), None)
    return (pl.col(found) if found else pl.lit(None, dtype=pl.String)).alias(name)


def fen_to_yuan(column: str) -> pl.Expr:
    """Return whole fen as yuan, exactly."""
    return (pl.col(column).cast(pl.Decimal(38, 0)) * decimal_literal(Decimal("0.01"))).cast(MONEY)


def translate_headers(customers: pl.LazyFrame, language: str, currency: str | None = None) -> pl.LazyFrame:
    """Return the customers with the headers of the language; English headers are the canonical names.

    Chinese ones name the currency: yuan where it is None, none where it is empty.
    """
    headers = {name: name_currency(header, currency) for name, header in CHINESE.items()}
    return customers.rename(headers, strict=False) if language == "zh" else customers
