"""Ids that may have been meant: the same id written otherwise, or one that differs by one sign."""

from __future__ import annotations

from typing import Final

import polars as pl

from rfm_engine.columns import CUSTOMER_ID
from rfm_engine.errors import nearest

MOST_PROPOSED: Final = 3
MOST_COMPARED: Final = 1_000


def find_similar_ids(customers: pl.LazyFrame, given: str) -> str:
    """Return a hint such as `, did you mean '17850.0'?`, or nothing when no id is close.

    First the ids that are the same but for case, white space, leading zeros and a trailing `.0`; else the closest of
    those that share a half with the given one. Millions of ids are looked through by Polars, never one by one.
    """
    ids = customers.select(pl.col(CUSTOMER_ID).alias("id"), pl.lit(given).alias("given")).unique()
    same = ids.filter(_fold(pl.col("id")) == _fold(pl.col("given"))).select("id").sort("id")
    if found := same.head(MOST_PROPOSED).collect()["id"].to_list():
        return f", did you mean {' or '.join(map(repr, found))}?"
    middle = len(given) // 2
    shares_half = pl.col("id").str.starts_with(given[:middle]) | pl.col("id").str.ends_with(given[middle:])
    is_as_long = (pl.col("id").str.len_chars().cast(pl.Int64) - len(given)).abs() <= 1
    close = ids.filter(shares_half, is_as_long).select("id").sort("id").head(MOST_COMPARED)
    return nearest(given, close.collect()["id"].to_list()) if middle else ""


def _fold(text: pl.Expr) -> pl.Expr:
    plain = text.str.strip_chars().str.to_lowercase()
    return plain.str.replace(r"\.0+$", "").str.strip_chars_start("0")
