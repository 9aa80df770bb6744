"""What graded customers add up to: tiers, the values that got each score; figures in words."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

import polars as pl

from rfm_engine.columns import FREQUENCY, MONETARY, TIER
from rfm_engine.vocabulary.currencies import CENTS, SEVERAL, minor_unit

if TYPE_CHECKING:
    from collections.abc import Sequence


def summarize_tiers(customers: pl.LazyFrame, by: Sequence[str]) -> pl.LazyFrame:
    """Return one row per (list, tier): customers, orders, spend and the contacts a month that the tier asks for."""
    months = pl.col("contact_every_months").first()
    return (
        customers.group_by(*by, TIER)
        .agg(
            pl.len().cast(pl.Int64).alias("customers"),
            pl.col(FREQUENCY).sum().alias("orders"),
            pl.col(MONETARY).sum().alias("spend"),
            (pl.len() * pl.col("contacts_min").first() / months).alias("contacts_a_month_min"),
            (pl.len() * pl.col("contacts_max").first() / months).alias("contacts_a_month_max"),
        )
        .sort(*by, TIER)
    )


def observe_cut_points(customers: pl.LazyFrame, by: Sequence[str], score: str, value: str) -> pl.LazyFrame:
    """Return the cut points observed: one row per (list, score) with the least and greatest value that got it."""
    span = pl.col(value)
    return (
        customers.group_by(*by, pl.col(score).alias("score"))
        .agg(span.min().alias("from"), span.max().alias("to"), pl.len().cast(pl.Int64).alias("customers"))
        .sort(*by, "score")
    )


def pluralize(number: int, word: str) -> str:
    """Return a number with its word, as many as there are.

    >>> pluralize(1, "day"), pluralize(1200, "day")
    ('1 day', '1,200 days')
    """
    return f"{number:,} {word}{'' if number == 1 else 's'}"


def format_sum(fen: int, currency: str | None, decimals: int) -> str:
    """Return a sum of fen, or of what the currency is counted in, as money; a dash where it is of several currencies.

    >>> format_sum(123450, None, 2), format_sum(123450, "KWD", 3), format_sum(123450, SEVERAL, 2)
    ('1,234.50', '123.450', '-')
    """
    return "-" if currency == SEVERAL else format_money(Decimal(fen).scaleb(-decimals), currency)


def format_money(yuan: Decimal | int, currency: str | None = None) -> str:
    """Return yuan, or units of a currency, with thousands separators and the decimals of the currency.

    Where it is not known which of several it is, two decimals, or as many as the amount has.

    >>> from decimal import Decimal
    >>> format_money(Decimal("1234.5"))
    '1,234.50'
    >>> format_money(Decimal("1234.00"), "JPY")
    '1,234'
    """
    decimals = minor_unit(currency) if currency else max(CENTS, -int(Decimal(yuan).as_tuple().exponent))
    return f"{yuan:,.{decimals}f}"
