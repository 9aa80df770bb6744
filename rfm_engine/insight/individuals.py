"""Customers one by one, for banks: tokens of whom k others are alike. It is no credit score."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from rfm_engine.columns import CUSTOMER_ID, SCORES, TIER
from rfm_engine.insight.purchases import EVERY, LIST
from rfm_engine.insight.released import GRADES, Count

if TYPE_CHECKING:
    from rfm_engine.insight.release import Release


def make_individuals(release: Release) -> pl.DataFrame:
    """Return one row per customer whom k others resemble: token, list, tier and scores.

    The list is left out where the customers of its tier are withheld, scores where those of the same list and tier do
    not all stand for k customers or more. Who is still one of fewer than k is not there at all.
    """
    k = release.options.rule.k
    shown = [(count.region, int(count.of)) for count in release.counts.numbers if _is_shown_grade(count, release)]
    grades = pl.DataFrame(shown, schema={LIST: pl.String, TIER: pl.Int64}, orient="row")
    named = release.purchases.customers.join(grades.with_columns(is_shown=True), on=[LIST, TIER], how="left")
    place = named.with_columns(pl.when("is_shown").then(LIST).alias(LIST))
    alike = pl.len().over(LIST, TIER, *SCORES).min().over(LIST, TIER) >= k
    scored = place.with_columns(pl.when(alike).then(pl.col(score)).alias(score) for score in SCORES)
    kept = scored.filter(pl.len().over(LIST, TIER, *SCORES) >= k)
    names = {str(position): name for position, name in enumerate(release.tiers)}
    return kept.select(CUSTOMER_ID, LIST, pl.col(TIER).cast(pl.String).replace(names), *SCORES).sort(CUSTOMER_ID, LIST)


def _is_shown_grade(count: Count, release: Release) -> bool:
    is_single = count.what == GRADES and EVERY not in (count.region, count.of)
    return is_single and count not in release.counts.withheld
