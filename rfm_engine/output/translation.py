"""The files of a run in the language of their readers: headers, and what the engine itself says in cells."""

from __future__ import annotations

from typing import Literal

import polars as pl

from rfm_engine.grading.published import translate_headers
from rfm_engine.vocabulary.catalogue import load_catalogue

Language = Literal["en", "zh"]


def translate_customers(customers: pl.LazyFrame, language: Language, currency: str | None = None) -> pl.LazyFrame:
    """Return the customers with headers in the language, and the focus of built-in policies too."""
    if language != "zh":
        return customers
    focus = pl.col("focus").replace(load_catalogue().data)
    return translate_headers(customers.with_columns(focus), language, currency)


def translate_rejects(rejects: pl.DataFrame, language: Language) -> pl.DataFrame:
    """Return the rejected rows with headers and reasons in the language; their values stay as the file has them."""
    if language != "zh":
        return rejects
    reason = pl.col("reason").replace(load_catalogue().data)
    return rejects.with_columns(reason).rename(load_catalogue().headers["rejects"])
