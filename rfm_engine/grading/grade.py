"""Customers scored and graded, list by list."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

import polars as pl

from rfm_engine.columns import CUSTOMER_ID, FREQUENCY, RFM_SCORE, SCORES, TIER, Metric
from rfm_engine.grading.expressions import looks_at_rows_alone
from rfm_engine.grading.frozen import Frozen
from rfm_engine.grading.guard import attribute_plugin_errors, verify_grades
from rfm_engine.grading.scoring import give_worst_scores, has_rules_by_list, score_metrics
from rfm_engine.grading.tiering import assign_tiers, tier_conditions

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rfm_engine.rules import Rules

LIST: Final = ":list"
"""The column of the numbers of the lists; no column of a list can have its name."""

LONG: Final = 50_000
"""Customers of a list on average, from which on each list is scored by itself: 6 million take 0.25 s, not 0.63 s."""

IS_DORMANT: Final = pl.col(FREQUENCY) == 0


def grade_lists(customers: pl.DataFrame, rules: Rules, by: Sequence[str]) -> pl.DataFrame:
    """Return the customers scored and graded, in the order given: by list, then customer_id.

    Lists are distinguished by a number that rises, and in memory. In batches, which Polars 2.1 spills where memory is
    short, it would then wait for ever: the threads that write the spill files wait for those that read them.

    Raises:
        PluginError: The scheme or the policy broke its promise.
    """
    awake = customers.filter(~IS_DORMANT) if rules.dormant else customers
    with attribute_plugin_errors(rules.scheme, rules.tiers, rules.weights, awake, by):
        numbered = customers.with_columns(pl.struct(by).rle_id().set_sorted().alias(LIST)) if by else customers
        lists = by if has_rules_by_list(rules.scheme) else (LIST,) if by else ()
        if awake.height < customers.height:
            found = _grade_with_dormant(numbered, rules, lists)
        else:
            found = _assign_tiers(_score(numbered, rules, lists), rules, lists)
        found = found.drop(LIST, strict=False)
        verify_grades(found, rules.scheme, rules.tiers, by)
    return found


def count_refit_differences(graded: pl.DataFrame, rules: Rules, by: Sequence[str]) -> int | None:
    """Return how many customers would get another tier if frozen cut points were fitted again; None where none are."""
    if not isinstance(rules.scheme, Frozen):
        return None
    known = [*by, CUSTOMER_ID, *(metric.column for metric in Metric)]
    refitted = grade_lists(graded.select(known), replace(rules, scheme=rules.scheme.fitted_scheme), by)
    return int((refitted[TIER] != graded[TIER]).sum())


def _grade_with_dormant(customers: pl.DataFrame, rules: Rules, lists: Sequence[str]) -> pl.DataFrame:
    """Return customers of whom some are dormant: with the worst scores, and the tier that these have in their list.

    They change nothing of the others, whose scores and tiers are found without them.
    """
    scored = _score(customers.filter(~IS_DORMANT), rules, lists)
    dormant = give_worst_scores(customers.filter(IS_DORMANT), rules.scheme, rules.weights)
    together = pl.concat([scored, dormant.cast(scored.schema)]).sort(*lists, CUSTOMER_ID)
    dormant_graded = _assign_tiers(together, rules, lists).filter(IS_DORMANT)
    return pl.concat([_assign_tiers(scored, rules, lists), dormant_graded]).sort(*lists, CUSTOMER_ID)


def _score(customers: pl.DataFrame, rules: Rules, lists: Sequence[str]) -> pl.DataFrame:
    if lists == (LIST,) and customers.height:
        lengths = customers[LIST].rle().struct.field("len")
        if lengths.len() * LONG <= customers.height:
            return _score_side_by_side(customers, rules, lengths)
    return score_metrics(customers.lazy(), rules.scheme, rules.weights, lists).collect(engine="in-memory")


def _score_side_by_side(customers: pl.DataFrame, rules: Rules, lengths: pl.Series) -> pl.DataFrame:
    """Return customers with their scores, each list by itself, as many at once as there are cores."""
    whole = customers.rechunk()  # else what follows would do it, again and again: 0.6 GB more for 6 million
    lists = (whole.slice(end - length, length) for end, length in zip(lengths.cum_sum(), lengths, strict=True))
    scored = (score_metrics(one.lazy(), rules.scheme, rules.weights, ()).select(*SCORES, RFM_SCORE) for one in lists)
    return whole.hstack(pl.concat(pl.collect_all(scored, engine="in-memory")).rechunk())


def _assign_tiers(scored: pl.DataFrame, rules: Rules, lists: Sequence[str]) -> pl.DataFrame:
    alone = all(map(looks_at_rows_alone, tier_conditions(rules.tiers)))
    graded = assign_tiers(scored.lazy(), rules.tiers, rules.as_of, lists)
    return graded.collect(engine="auto" if alone else "in-memory")


def grade(customers: pl.LazyFrame, rules: Rules, by: Sequence[str]) -> pl.LazyFrame:
    """Return scored and graded customers; in each list they must stand by customer_id, as schemes are promised."""
    scored = score_metrics(customers, rules.scheme, rules.weights, by)
    return assign_tiers(scored, rules.tiers, rules.as_of, by)
