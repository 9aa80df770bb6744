"""Customers scored and graded, list by list."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import polars as pl

from rfm_engine.grading.guard import attribute_plugin_errors, looks_beyond_scores, verify_grades
from rfm_engine.grading.scoring import score_metrics
from rfm_engine.grading.tiering import assign_tiers

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rfm_engine.rules import Rules

LIST: Final = "number of the list"


def grade_lists(customers: pl.DataFrame, rules: Rules, by: Sequence[str]) -> pl.DataFrame:
    """Return the customers scored and graded, in the order given: by list, then customer_id.

    Lists are distinguished by a number that rises, and in memory. In batches, which Polars 2.1 spills where memory is
    short, it would then wait for ever: the threads that write the spill files wait for those that read them.

    Raises:
        PluginError: The scheme or the policy broke its promise.
    """
    with attribute_plugin_errors(rules.scheme, rules.tiers, rules.weights, customers, by):
        numbered = customers.with_columns(pl.struct(by).rle_id().set_sorted().alias(LIST)) if by else customers
        scores = score_metrics(numbered.lazy(), rules.scheme, rules.weights, (LIST,) if by else ())
        found = scores.collect(engine="in-memory").lazy().drop(LIST, strict=False)
        whole = looks_beyond_scores(rules.tiers)  # at other customers, it may be, with a window
        lists = assign_tiers(found, rules.tiers, rules.as_of).collect(engine="in-memory" if whole else "auto")
        verify_grades(lists, rules.scheme, rules.tiers)
    return lists


def grade(customers: pl.LazyFrame, rules: Rules, by: Sequence[str]) -> pl.LazyFrame:
    """Return scored and graded customers; in each list they must stand by customer_id, as schemes are promised."""
    return assign_tiers(score_metrics(customers, rules.scheme, rules.weights, by), rules.tiers, rules.as_of)
