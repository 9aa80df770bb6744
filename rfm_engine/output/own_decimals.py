"""Money of lists in several currencies: each row with the decimals of its own."""

from __future__ import annotations

from typing import Final

import polars as pl

from rfm_engine.columns import CHINESE, CURRENCY, MONETARY
from rfm_engine.vocabulary.catalogue import load_catalogue
from rfm_engine.vocabulary.currencies import CENTS, MINOR_UNITS, SEVERAL, name_currency

MONEYS: Final = (MONETARY, "last_order_amount", "spend_gained", "needs_amount")


def money_headers(language: str) -> list[str]:
    """Return the headers of money that `spell_money` made text of."""
    headers = load_catalogue().headers["movement"] | CHINESE
    return [*MONEYS, *(name_currency(headers[name], SEVERAL) for name in MONEYS)] if language == "zh" else [*MONEYS]


def spell_money(table: pl.LazyFrame, currency: str | None) -> pl.LazyFrame:
    """Return a table of lists in several currencies with money as text that has the decimals of its currency.

    Where `currency` is one, money stays a number: then all have the same decimals.

    >>> table = pl.LazyFrame({"currency": ["JPY", "USD"], "monetary": ["1200.00", "5.50"]})
    >>> money = pl.col("monetary").cast(pl.Decimal(18, 2))
    >>> spell_money(table.with_columns(money), SEVERAL).collect()["monetary"].to_list()
    ['1200', '5.50']
    """
    schema = table.collect_schema()
    if currency != SEVERAL or CURRENCY not in schema:
        return table
    moneys = {name: dtype for name, dtype in schema.items() if name in MONEYS and isinstance(dtype, pl.Decimal)}
    return table.with_columns(_spell(name, dtype.scale) for name, dtype in moneys.items())


def _spell(name: str, decimals: int) -> pl.Expr:
    """Return the text of money without the digits that its currency does not have, nor a point before none."""
    idle, text = count_idle_decimals(decimals), pl.col(name).cast(pl.String)
    return text.str.slice(0, text.str.len_bytes() - idle - (idle == decimals).cast(pl.Int64))


def count_idle_decimals(decimals: int) -> pl.Expr:
    """Return how many of these decimals, with which money is counted, the currency of a row does not have."""
    idle = {code: decimals - own for code, own in MINOR_UNITS.items() if own <= decimals}
    return pl.col(CURRENCY).cast(pl.String).replace_strict(idle, default=decimals - CENTS, return_dtype=pl.Int64)
