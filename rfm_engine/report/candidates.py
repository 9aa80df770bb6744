"""Whom to call: queries for the customers of each reason, over lists of any size."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import polars as pl

from rfm_engine.columns import CUSTOMER_ID, FREQUENCY, MONETARY, MONETARY_FEN, RECENCY_DAYS, RFM_SCORE, SCORES, TIER
from rfm_engine.grading.guard import looks_beyond_scores
from rfm_engine.report.bands import find_bands
from rfm_engine.runs.watch import LOOK_AHEAD, WatchOptions, look_ahead

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rfm_engine.report.facts import Facts
    from rfm_engine.runs.compare import Movement
    from rfm_engine.runs.scale import Scale

HORIZON: Final = WatchOptions()
BETTER, LEAST_ABOVE, SHORT, LONGEST = "better tier", "least total above", "points short", "most days of the score"


def order_by_spend(customers: pl.LazyFrame, facts: Facts, *first: str) -> pl.LazyFrame:
    """Return the customers by rising values of the first columns, then highest spend first, then list and id."""
    keys = [*facts.lists, CUSTOMER_ID]
    return customers.sort(*first, MONETARY, *keys, descending=[*(False for _ in first), True, *(False for _ in keys)])


def find_asleep(customers: pl.LazyFrame, facts: Facts) -> pl.LazyFrame:
    """Return the customers of the worst R band, highest spend first."""
    return order_by_spend(customers.filter(find_bands(facts, RECENCY_DAYS).place() == 0), facts)


def find_woken(customers: pl.LazyFrame, facts: Facts, movement: Movement) -> pl.LazyFrame:
    """Return who slept, or would have slept by now, and bought since."""
    slept = pl.col(f"old_{RECENCY_DAYS}") + pl.col("days_passed") >= HORIZON.asleep_days
    woken = movement.customers.lazy().filter(slept, pl.col(RECENCY_DAYS) < HORIZON.asleep_days)
    names = dict(zip(movement.by, facts.lists, strict=True))
    keys = woken.select(*(pl.col(name).cast(pl.String).alias(key) for name, key in names.items()), CUSTOMER_ID)
    return customers.join(keys, on=[*facts.lists, CUSTOMER_ID], how="semi", nulls_equal=True)


def find_near(customers: pl.LazyFrame, facts: Facts) -> pl.LazyFrame:
    """Return awake customers below the best tier, those first who lack the fewest points of the next better one.

    Adds the position of that tier; a tier is the next better one if its list has customers of it.
    """
    keys = facts.lists
    spans = facts.cube.group_by(*keys, TIER).agg(pl.col("total").min().alias("least")).sort(*keys, TIER)
    above = spans.select(
        *keys, TIER, _shift(pl.col(TIER), keys).alias(BETTER), _shift(pl.col("least"), keys).alias(LEAST_ABOVE)
    )
    joined = customers.join(above.lazy(), on=[*keys, TIER], how="left")
    awake = joined.filter(pl.col(BETTER).is_not_null(), pl.col(RECENCY_DAYS) < HORIZON.asleep_days)
    return order_by_spend(awake.with_columns((pl.col(LEAST_ABOVE) - pl.col(RFM_SCORE)).alias(SHORT)), facts, SHORT)


def _shift(value: pl.Expr, keys: Sequence[str]) -> pl.Expr:
    return value.shift(1).over(keys) if keys else value.shift(1)


def drop_keys(facts: Facts, scale: Scale) -> list[str]:
    """Return the columns that decide on which day silence costs the tier: mostly list, days and scores."""
    policy, scheme = scale.rules.tiers, scale.rules.scheme
    reads_more = looks_beyond_scores(policy) or scheme.splits_ties
    return [*facts.lists, RECENCY_DAYS, *SCORES, *([CUSTOMER_ID, FREQUENCY, MONETARY] if reads_more else [])]


def find_may_drop(customers: pl.LazyFrame, facts: Facts, scale: Scale) -> pl.LazyFrame:
    """Return one row per group of customers alike for `drop_keys` whose tier silence may cost within the horizon.

    Those whose R score falls then, where tiers read scores alone. Each row is one of the group, with its `customers`.
    """
    keys = drop_keys(facts, scale)
    may = customers.filter(pl.col(TIER) < len(facts.tiers) - 1)
    if not looks_beyond_scores(scale.rules.tiers):
        longest = facts.cube.group_by(*facts.lists, "r_score").agg(
            pl.col(f"greatest {RECENCY_DAYS}").max().alias(LONGEST)
        )
        joined = may.join(longest.lazy(), on=[*facts.lists, "r_score"], how="left")
        may = joined.filter(pl.col(RECENCY_DAYS) + HORIZON.horizon_days > pl.col(LONGEST))
    first = [pl.first(name) for name in (CUSTOMER_ID, FREQUENCY, MONETARY) if name not in keys]
    return may.group_by(keys).agg(pl.len().cast(pl.Int64).alias("customers"), *first)


def look_ahead_of(found: pl.DataFrame, facts: Facts, scale: Scale) -> pl.DataFrame:
    """Return the customers with the least that lifts them, and the first day on which silence costs their tier."""
    names = dict(zip(facts.lists, scale.by, strict=True))
    metrics = found.select(*facts.lists, CUSTOMER_ID, RECENCY_DAYS, FREQUENCY, pl.col(MONETARY).alias(MONETARY_FEN))
    ahead = look_ahead(metrics.rename(names), scale, HORIZON)
    return pl.concat([found, ahead.select(LOOK_AHEAD)], how="horizontal")
