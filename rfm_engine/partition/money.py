"""Money in lists of several currencies, which partitions count alike whatever other currencies they have."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from rfm_engine.columns import CURRENCY, MONETARY_FEN
from rfm_engine.vocabulary.currencies import CENTS, MINOR_UNITS, counted_decimals

if TYPE_CHECKING:
    from collections.abc import Iterable

MONEY = (MONETARY_FEN, "last_order_amount_fen")


def count_in_own_units(customers: pl.LazyFrame, decimals: int) -> pl.LazyFrame:
    """Return customers of lists by currency whose money has the decimals of its currency, two at least, not these."""
    return customers.with_columns(pl.col(name) // _power(decimals) for name in _find_money(customers))


def count_in_shared_units(customers: pl.LazyFrame) -> pl.LazyFrame:
    """Return customers of lists by currency whose money has the decimals of the currency that has the most."""
    codes = customers.select(pl.col(CURRENCY).unique()).collect().to_series()
    decimals = counted_decimals(codes)
    return customers.with_columns(pl.col(name) * _power(decimals) for name in _find_money(customers))


def _find_money(customers: pl.LazyFrame) -> Iterable[str]:
    return [name for name in MONEY if name in customers.collect_schema()]


def _power(decimals: int) -> pl.Expr:
    """Return by how much money with so many decimals is more than with those of its own currency."""
    powers = {code: 10 ** (decimals - max(CENTS, own)) for code, own in MINOR_UNITS.items() if own <= decimals}
    return (
        pl.col(CURRENCY).cast(pl.String).replace_strict(powers, default=10 ** (decimals - CENTS), return_dtype=pl.Int64)
    )
