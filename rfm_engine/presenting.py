"""Graded customers as the files show them: the published columns, in their order, in exact types."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

import polars as pl

from rfm_engine.columns import (
    CHINESE,
    CONTACT_COLUMNS,
    CUSTOMER_ID,
    FREQUENCY,
    LAST_ORDER_TIME,
    MONETARY,
    MONETARY_FEN,
    RECENCY_DAYS,
    REGION,
    RFM_SCORE,
    SCORES,
    TIER,
)
from rfm_engine.scoring import exact

if TYPE_CHECKING:
    from collections.abc import Sequence

MONEY = pl.Decimal(18, 2)


LAST = ("last_order_id", LAST_ORDER_TIME, "last_order_amount", "last_product_name", "last_store_code")


LAST_REGION, LAST_AMOUNT_FEN = "last_region", "last_order_amount_fen"


def published(by: Sequence[str], stated: Sequence[str]) -> list[str]:
    """Return the columns of the customers file.

    `by` are the columns that split the customers, `stated` those that were asked for; they differ where a source
    without a region keeps the empty column. What is not asked for is told of the newest order instead.
    """
    lead = list(by) or list(stated)
    middle = [CUSTOMER_ID, RECENCY_DAYS, FREQUENCY, MONETARY, *SCORES, RFM_SCORE, TIER, *CONTACT_COLUMNS]
    return [*lead, *middle, *LAST, *([] if REGION in lead else [LAST_REGION])]


def presented(graded: pl.LazyFrame, by: Sequence[str], stated: Sequence[str]) -> pl.LazyFrame:
    """Return graded customers as published, one row per (list, customer), in the order given.

    Money becomes Decimal(18, 2) yuan; a column that the source lacks, or that was not asked for, is there and null.
    """
    known = graded.collect_schema().names()
    money = [fen(name).alias(name.removesuffix("_fen")) for name in (MONETARY_FEN, LAST_AMOUNT_FEN) if name in known]
    text = (pl.col(name).cast(pl.String) for name in by)
    with_money = graded.with_columns(*text, *money, *(pl.col(score).cast(pl.Int32) for score in SCORES))
    present = set(with_money.collect_schema().names())
    return with_money.select(_present(name, present) for name in published(by, stated))


def _present(name: str, present: set[str]) -> pl.Expr:
    """Return the column, or what it repeats (the store of a list by store), or null."""
    found = next((known for known in (name, name.removeprefix("last_")) if known in present), None)
    return (pl.col(found) if found else pl.lit(None, dtype=pl.String)).alias(name)


def fen(column: str) -> pl.Expr:
    """Return whole fen as yuan, exactly."""
    return (pl.col(column).cast(pl.Decimal(38, 0)) * exact(Decimal("0.01"))).cast(MONEY)


def headed(customers: pl.LazyFrame, language: str) -> pl.LazyFrame:
    """Return the customers with the headers of the language; English headers are the canonical names."""
    return customers.rename(CHINESE, strict=False) if language == "zh" else customers


def tier_table(customers: pl.LazyFrame, by: Sequence[str]) -> pl.LazyFrame:
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


def score_spans(customers: pl.LazyFrame, by: Sequence[str], score: str, value: str) -> pl.LazyFrame:
    """Return the cut points observed: one row per (list, score) with the least and greatest value that got it."""
    span = pl.col(value)
    return (
        customers.group_by(*by, pl.col(score).alias("score"))
        .agg(span.min().alias("from"), span.max().alias("to"), pl.len().cast(pl.Int64).alias("customers"))
        .sort(*by, "score")
    )


def counted(number: int, word: str) -> str:
    """Return a number with its word, as many as there are.

    >>> counted(1, "day"), counted(1200, "day")
    ('1 day', '1,200 days')
    """
    return f"{number:,} {word}{'' if number == 1 else 's'}"


def money(yuan: Decimal | int) -> str:
    """Return yuan with thousands separators and two decimals.

    >>> money(Decimal("1234.5"))
    '1,234.50'
    """
    return f"{yuan:,.2f}"
