"""Customers scored and graded, list by list."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import polars as pl

from rfm_engine.grading.guard import blamed, looks_beyond_scores, verify
from rfm_engine.grading.scoring import scored
from rfm_engine.grading.tiering import graded

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rfm_engine.rules import Rules

LIST: Final = "number of the list"


def graded_lists(customers: pl.DataFrame, rules: Rules, by: Sequence[str]) -> pl.DataFrame:
    """Return the customers scored and graded, in the order given: by list, then customer_id.

    Lists are told apart by a number that rises, and in memory. In batches, which it would spill where memory is short,
    Polars 2.1 then waits for ever: the threads that read what was spilled are all waited for by those that wrote it.

    Raises:
        PluginError: The scheme or the policy broke its promise.
    """
    with blamed(rules.scheme, rules.tiers, rules.weights, customers, by):
        told_apart = customers.with_columns(pl.struct(by).rle_id().set_sorted().alias(LIST)) if by else customers
        scores = scored(told_apart.lazy(), rules.scheme, rules.weights, (LIST,) if by else ())
        found = scores.collect(engine="in-memory").lazy().drop(LIST, strict=False)
        whole = looks_beyond_scores(rules.tiers)  # at other customers, it may be, with a window
        lists = graded(found, rules.tiers, rules.as_of).collect(engine="in-memory" if whole else "auto")
        verify(lists, rules.scheme, rules.tiers)
    return lists


def grade(customers: pl.LazyFrame, rules: Rules, by: Sequence[str]) -> pl.LazyFrame:
    """Return scored and graded customers; in each list they must stand by customer_id, as schemes are promised."""
    return graded(scored(customers, rules.scheme, rules.weights, by), rules.tiers, rules.as_of)
