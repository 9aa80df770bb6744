"""Customers worth a look after a run: near the next tier, about to drop, growing fast, asleep, woken."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Final

import polars as pl

from rfm_engine.columns import CUSTOMER_ID, FREQUENCY, MONETARY, MONETARY_FEN, RECENCY_DAYS, TIER, Metric
from rfm_engine.grading.guard import looks_beyond_scores
from rfm_engine.output.own_decimals import count_idle_decimals
from rfm_engine.runs.scale import RANK, bound, scores_from_best
from rfm_engine.vocabulary.currencies import SEVERAL, shown_decimals

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rfm_engine.rules import Rules
    from rfm_engine.runs.compare import Movement
    from rfm_engine.runs.scale import Scale

NEAR_UP, ABOUT_TO_DROP, FAST_GROWING, ASLEEP, WOKEN = WATCHES = (
    "near_up",
    "about_to_drop",
    "fast_growing",
    "asleep",
    "woken",
)
RANK_NOW: Final = "rank of the tier now"
VALUE: Final = "value of the variant"
LOOK_AHEAD: Final = ("needs_orders", "needs_amount", "needs_by", "drops_on")
METRICS: Final = [metric.column for metric in Metric]
ORDERS: Final = (1, 2, 3)
"""So many orders are tried: a customer who needs more is not near the next tier."""


@dataclass(frozen=True, kw_only=True)
class WatchOptions:
    """What makes a customer worth a look.

    Silence is followed for `horizon_days`. A customer without an order for `asleep_days` is asleep; `asleep` are those
    who fell asleep since the old run, `woken` those who slept and bought. Who gained `growing_orders` orders and
    `growing_percent` of the old spend grows fast. Near the next tier is who needs one order, and is not asleep.
    """

    horizon_days: int = 31
    asleep_days: int = 180
    growing_orders: int = 2
    growing_percent: int = 50


def watch_customers(movement: Movement, scale: Scale, options: WatchOptions) -> Movement:
    """Return the movement with what makes its customers worth a look.

    Adds to each customer `watch` (words joined by ` + `, null for the rest), `needs_orders` and `needs_amount` (yuan,
    in as many orders, for the next tier), `needs_by` (the last day before silence costs the tier, or the horizon) and
    `drops_on` (the first day on which silence costs the tier). The scale is the new run's; where the scheme ranks, the
    other customers are taken to stay as they are.
    """
    customers, is_graded = movement.customers, pl.col(TIER).is_not_null()
    found = look_ahead(customers.filter(is_graded).select(*movement.by, CUSTOMER_ID, *METRICS), scale, options)
    row = customers.select(pl.when(is_graded).then(is_graded.cum_sum() - 1)).to_series()
    ahead = found.select(pl.col(LOOK_AHEAD).gather(row))
    watched = pl.concat([customers, ahead], how="horizontal").with_columns(_name_watches(options))
    return replace(movement, customers=watched)


def look_ahead(customers: pl.DataFrame, scale: Scale, options: WatchOptions) -> pl.DataFrame:
    """Return, for customers of the scale's run, the least that lifts them and the first day that drops them.

    One row per customer, in the order given: the key, `needs_orders`, `needs_amount`, `needs_by`, `drops_on`.
    """
    base = scale.grade(customers.lazy()).rename({RANK: RANK_NOW}).collect()
    found = [base.select(*scale.by, CUSTOMER_ID), _least_orders(base, scale), _days_until_drop(base, scale, options)]
    as_of, horizon = pl.lit(scale.rules.as_of), pl.lit(scale.rules.as_of + timedelta(days=options.horizon_days))
    deadline = (pl.col("drops_on") - pl.duration(days=1)).fill_null(horizon)
    return (
        pl.concat(found, how="horizontal")
        .with_columns((as_of + pl.duration(days="days_until_drop")).alias("drops_on"))
        .with_columns(pl.when(pl.col("needs_orders").is_not_null()).then(deadline).alias("needs_by"))
        .select(*scale.by, CUSTOMER_ID, *LOOK_AHEAD)
    )


def _least_orders(base: pl.DataFrame, scale: Scale) -> pl.DataFrame:
    """Return the fewest orders of today that lead to a better tier, and the least yuan that they must be worth."""
    today = scale.score(Metric.RECENCY, pl.col(RECENCY_DAYS) * 0).alias("score today")
    orders = [scale.score(Metric.FREQUENCY, pl.col(FREQUENCY) + count).alias(_score_of(count)) for count in ORDERS]
    scored = base.with_columns(today, *orders)
    variants = {
        f"{count} {name}": (_order_today(scale, count, fen), fen)
        for count in ORDERS
        for name, fen in _spend_levels(scale, count).items()
    }
    lifting = _try_variants(scored, scale, variants, pl.col(RANK) < pl.col(RANK_NOW))
    least = {count: pl.min_horizontal(f"^{count} .*$") for count in ORDERS}
    fewest = pl.coalesce(pl.when(fen.is_not_null()).then(pl.lit(count)) for count, fen in least.items())
    return lifting.select(
        fewest.alias("needs_orders"), _in_yuan(pl.coalesce(least.values()), scale.rules).alias("needs_amount")
    )


def _score_of(count: int) -> str:
    return f"score of {count} more orders"


def _order_today(scale: Scale, count: int, fen: pl.Expr) -> list[pl.Expr]:
    """Return the metrics and scores of customers who place so many orders today, worth so many fen."""
    return [
        pl.lit(0, pl.Int64).alias(RECENCY_DAYS),
        pl.col("score today").alias("r_score"),
        pl.col(FREQUENCY) + count,
        pl.col(_score_of(count)).alias("f_score"),
        *_value(scale, Metric.MONETARY, pl.col(MONETARY_FEN) + fen),
    ]


def _spend_levels(scale: Scale, count: int) -> dict[str, pl.Expr]:
    """Return what so many orders must be worth, in fen, for each better M score, and at least, for the score of now."""
    *better, _ = scores_from_best(scale.rules.scheme.score_range(Metric.MONETARY))
    totals = {"now": pl.lit(0, pl.Int64)} | {str(score): pl.col(bound(Metric.MONETARY, score)) for score in better}
    step = _smallest_amount(scale.rules)
    least = pl.lit(count, pl.Int64) * step
    return {
        name: pl.max_horizontal(least, _round_up(total - pl.col(MONETARY_FEN), step)) for name, total in totals.items()
    }


def _in_yuan(fen: pl.Expr, rules: Rules) -> pl.Expr:
    exact = fen.cast(pl.Int128).reinterpret(dtype=pl.Decimal(38, rules.decimals))
    return exact.cast(pl.Decimal(38, shown_decimals(rules.currency, rules.decimals)))


def _smallest_amount(rules: Rules) -> pl.Expr | int:
    """Return what one minor unit of a row's currency is, in the whole numbers that money is counted in."""
    if rules.currency == SEVERAL:
        return pl.lit(10, pl.Int64).pow(count_idle_decimals(rules.decimals))
    return int(10 ** (rules.decimals - shown_decimals(rules.currency, rules.decimals)))


def _round_up(amount: pl.Expr, step: pl.Expr | int) -> pl.Expr:
    return amount if isinstance(step, int) and step == 1 else -(-amount // step) * step


def _days_until_drop(base: pl.DataFrame, scale: Scale, options: WatchOptions) -> pl.DataFrame:
    """Return after how many days of silence the tier is worse, null if not within the horizon.

    The R score changes only where the days pass a bound, so that only those days are tried; a policy that reads the
    metrics themselves may change its mind on any day.
    """
    *better, _ = scores_from_best(scale.rules.scheme.score_range(Metric.RECENCY))
    passing = {str(score): 1 - pl.col(bound(Metric.RECENCY, score)) - pl.col(RECENCY_DAYS) for score in better}
    every_day = {str(day): pl.lit(day, pl.Int64) for day in range(1, options.horizon_days + 1)}
    days = every_day if looks_beyond_scores(scale.rules.tiers) else passing
    within = {name: pl.when(count.is_between(1, options.horizon_days)).then(count) for name, count in days.items()}
    variants = {
        name: (_value(scale, Metric.RECENCY, pl.col(RECENCY_DAYS) + count.fill_null(0)), count)
        for name, count in within.items()
    }
    dropping = _try_variants(base, scale, variants, pl.col(RANK) > pl.col(RANK_NOW))
    return dropping.select(pl.min_horizontal(pl.all()).alias("days_until_drop"))


def _value(scale: Scale, metric: Metric, value: pl.Expr) -> list[pl.Expr]:
    """Return another value of a metric, and its score."""
    return [value.alias(metric.column), scale.score(metric, value).alias(metric.score)]


def _try_variants(
    base: pl.DataFrame, scale: Scale, variants: Mapping[str, tuple[list[pl.Expr], pl.Expr]], holds: pl.Expr
) -> pl.DataFrame:
    """Return a column for each variant of graded customers: its value where the condition holds, else null."""
    tried = [
        scale.rank_tiers(base.lazy().with_columns(*changes, value.alias(VALUE))).select(
            pl.when(holds).then(VALUE).alias(name)
        )
        for name, (changes, value) in variants.items()
    ]
    return pl.concat(pl.collect_all(tried), how="horizontal")


def _name_watches(options: WatchOptions) -> pl.Expr:
    """Return the words for what makes a customer worth a look, joined by ` + `; null for the others."""
    sleeps = pl.col(RECENCY_DAYS) >= options.asleep_days
    slept = pl.col(f"old_{RECENCY_DAYS}") + pl.col("days_passed") >= options.asleep_days
    more_spend = pl.col("spend_gained") * 100 >= pl.col(f"old_{MONETARY}") * options.growing_percent
    holds = {
        NEAR_UP: (pl.col("needs_orders") == 1) & ~sleeps,
        ABOUT_TO_DROP: pl.col("drops_on").is_not_null(),
        FAST_GROWING: (pl.col("orders_gained") >= options.growing_orders) & more_spend,
        ASLEEP: sleeps & (pl.col(f"old_{RECENCY_DAYS}") < options.asleep_days),
        WOKEN: slept & ~sleeps,
    }
    words = [pl.when(condition).then(pl.lit(word)) for word, condition in holds.items()]
    joined = pl.concat_str(words, separator=" + ", ignore_nulls=True)
    return pl.when(joined != "").then(joined).alias("watch")
