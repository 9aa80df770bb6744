"""What graded customers add up to: tiers, the values that got each score; figures in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from rfm_engine.columns import FREQUENCY, MONETARY, TIER
from rfm_engine.vocabulary.currencies import minor_unit

if TYPE_CHECKING:
    from collections.abc import Sequence
    from decimal import Decimal


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


def format_money(yuan: Decimal | int, currency: str | None = None) -> str:
    """Return yuan, or whole units of a currency, with thousands separators and two decimals.

    A currency without a smaller unit has no decimals where its amount is whole.

    >>> from decimal import Decimal
    >>> format_money(Decimal("1234.5"))
    '1,234.50'
    >>> format_money(Decimal("1234.00"), "JPY")
    '1,234'
    """
    is_whole = minor_unit(currency) == 0 and yuan == int(yuan)
    return f"{yuan:,.0f}" if is_whole else f"{yuan:,.2f}"
