"""Graded customers as the files show them: the published columns, in their order, in exact types."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import polars as pl

from rfm_engine.columns import (
    CHINESE,
    MONETARY_FEN,
    SCORES,
    published_columns,
)
from rfm_engine.vocabulary.currencies import CENTS, name_currency, shown_decimals

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rfm_engine.rules import Rules

MONEY_DIGITS: Final = 18
LAST_AMOUNT_FEN = "last_order_amount_fen"


def publish(graded: pl.LazyFrame, by: Sequence[str], rules: Rules) -> pl.LazyFrame:
    """Return graded customers as published, one row per (list, customer), in the order given.

    Money becomes Decimal yuan, or units of the currency, with its decimals; a column that the source lacks, or that was
    not requested, is there and null.
    """
    known = graded.collect_schema().names()
    money = [
        fen_to_yuan(name, rules.currency, rules.decimals).alias(name.removesuffix("_fen"))
        for name in (MONETARY_FEN, LAST_AMOUNT_FEN)
        if name in known
    ]
    text = (pl.col(name).cast(pl.String) for name in by)
    with_money = graded.with_columns(*text, *money, *(pl.col(score).cast(pl.Int32) for score in SCORES))
    present = set(with_money.collect_schema().names())
    return with_money.select(_find_column(name, present) for name in published_columns(by, rules.by, rules.carry))


def _find_column(name: str, present: set[str]) -> pl.Expr:
    """Return the column, or what it repeats (the store of a list by store), or what is carried along, or null."""
    found = next((known for known in (name, name.removeprefix("last_"), f"last_{name}") if known in present), None)
    return (pl.col(found) if found else pl.lit(None, dtype=pl.String)).alias(name)


def money_type(currency: str | None, decimals: int) -> pl.Decimal:
    """Return the type of a column of money that is counted with so many decimals."""
    return pl.Decimal(MONEY_DIGITS, shown_decimals(currency, decimals))


def fen_to_yuan(column: str, currency: str | None = None, decimals: int = CENTS) -> pl.Expr:
    """Return whole fen, or what the currency is counted in, as yuan or units of the currency, exactly."""
    money = money_type(currency, decimals)
    whole = pl.col(column) // 10 ** (decimals - money.scale) if decimals > money.scale else pl.col(column)
    return whole.cast(pl.Int128).reinterpret(dtype=money)


def translate_headers(customers: pl.LazyFrame, language: str, currency: str | None = None) -> pl.LazyFrame:
    """Return the customers with the headers of the language; English headers are the canonical names.

    Chinese ones name the currency: yuan where it is None, none where it is empty.
    """
    headers = {name: name_currency(header, currency) for name, header in CHINESE.items()}
    return customers.rename(headers, strict=False) if language == "zh" else customers
