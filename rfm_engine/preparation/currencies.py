"""Amounts of several currencies: one is kept, each is a list of its own, or the orders are refused."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from rfm_engine.columns import CURRENCY
from rfm_engine.errors import DataError

if TYPE_CHECKING:
    from rfm_engine.rules import Rules


def settle_currency(orders: pl.LazyFrame, rules: Rules) -> pl.LazyFrame:
    """Return the orders with their currency codes in capitals.

    Raises:
        DataError: They have several, of which none is kept and which are no lists of their own.
    """
    coded = orders.with_columns(pl.col(CURRENCY).str.strip_chars().str.to_uppercase())
    if rules.keep_currency is not None or CURRENCY in rules.by:
        return coded
    counted = coded.group_by(CURRENCY).len().drop_nulls().filter(pl.col(CURRENCY) != "").sort("len", CURRENCY)
    rows = counted.collect().rows()
    if len(rows) > 1:
        listed = ", ".join(f"{code} ({count:,} rows)" for code, count in reversed(rows))
        message = (
            f"amounts are in several currencies, and one sum over them is no amount: {listed}. Keep one, "
            f"--keep-currency {rows[-1][0]}, or grade each on its own, --by currency"
        )
        raise DataError(message)
    return coded
