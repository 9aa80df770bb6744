"""Amounts in the minor units of their currency (ISO 4217): whole yen, cents, thousandths of a dinar."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from rfm_engine.columns import CURRENCY, ORDER_AMOUNT_FEN, REFUNDED_FEN
from rfm_engine.orders.cells.amounts import LIMIT, PARTS, REMAINDER, ROUNDED
from rfm_engine.orders.order_ids.order_sums import IN_MINOR_UNITS, STEP, count_parts, round_parts
from rfm_engine.vocabulary.currencies import CENTS, MOST_DECIMALS, minor_unit

if TYPE_CHECKING:
    from collections.abc import Sequence


def count_minor_units(
    orders: pl.LazyFrame, currencies: Sequence[str], decimals: int, *, adds_lines: bool
) -> pl.LazyFrame:
    """Return orders with amounts in whole numbers of so many decimals, each rounded to the decimals of its currency.

    A row without a currency has the one of all others. Where the rows are lines, their amounts stay as exact as they
    were read, and `STEP` says to what their sum is rounded. Amounts beyond `LIMIT` become null.
    """
    columns = orders.collect_schema().names()
    own = _decimals_of(currencies)
    read = pl.when(IN_MINOR_UNITS).then(own).otherwise(CENTS) if IN_MINOR_UNITS in columns else pl.lit(CENTS)
    factor, step = _power(decimals - read), _power(decimals - own)
    counted = orders.with_columns(
        (count_parts(columns) * factor).alias(":parts"),
        step.alias(STEP),
        *([pl.col(REFUNDED_FEN) * factor] if REFUNDED_FEN in columns else []),
    )
    unit = pl.lit(PARTS) if adds_lines else pl.col(STEP).cast(pl.Int128) * PARTS
    whole, is_cut = round_parts(pl.col(":parts"), unit)
    fen = whole if adds_lines else whole * pl.col(STEP)
    rounded = counted.with_columns(
        pl.when(fen.abs() < LIMIT).then(fen).cast(pl.Int64).alias(ORDER_AMOUNT_FEN),
        pl.when(pl.col(ROUNDED).is_not_null()).then(is_cut).alias(ROUNDED),
        *([(pl.col(":parts") - whole * PARTS).cast(pl.Int64).alias(REMAINDER)] if adds_lines else []),
    )
    return rounded.drop(":parts", IN_MINOR_UNITS, *([] if adds_lines else [REMAINDER]), strict=False)


def _decimals_of(currencies: Sequence[str]) -> pl.Expr:
    decimals = {code: minor_unit(code) for code in currencies}
    if len({*decimals.values()}) == 1:
        return pl.lit(decimals[currencies[0]], pl.Int64)
    return pl.col(CURRENCY).replace_strict(decimals, default=CENTS, return_dtype=pl.Int64)


def _power(exponent: pl.Expr) -> pl.Expr:
    powers = {number: 10**number for number in range(MOST_DECIMALS + 1)}
    return exponent.cast(pl.Int64).replace_strict(powers, return_dtype=pl.Int64)
