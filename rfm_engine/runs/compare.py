"""Two finished runs compared: who moved to another tier, and whether days, orders or cut points moved them."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Final

import polars as pl

from rfm_engine.columns import (
    CUSTOMER_ID,
    FREQUENCY,
    LAST_ORDER_TIME,
    MONETARY,
    OWN_PREFIX,
    RECENCY_DAYS,
    RFM_SCORE,
    SCORES,
    TIER,
    Metric,
)
from rfm_engine.errors import UsageError
from rfm_engine.grading.tiering import list_tiers
from rfm_engine.runs.alike import name_rule_differences, refuse_unlike_runs
from rfm_engine.runs.customers import count_money
from rfm_engine.runs.scale import RANK, scale_of

if TYPE_CHECKING:
    from pathlib import Path

    from rfm_engine.runs.finished import FinishedRun
    from rfm_engine.runs.scale import Scale

UP, DOWN, SAME, NEW, GONE = "up", "down", "same", "new", "gone"
DAYS, ORDERS, CUTS, RULES, WINDOW = "days", "orders", "cuts", "rules", "window"
ALL: Final = "all"
OLD_TIER: Final = "old_tier"
STEPS: Final = {"tier_if_nothing_bought": DAYS, "tier_on_old_cuts": ORDERS}
"""The tiers on the way from the old tier to the new one, and what leads to each of them."""

METRICS: Final = [metric.column for metric in Metric]
OLD_ROW, NEW_ROW = f"{OWN_PREFIX}old row", f"{OWN_PREFIX}new row"


@dataclass(frozen=True, kw_only=True)
class Movement:
    """What happened between two runs of a dataset.

    `customers` has one row per (list, customer) of either run, sorted by list and customer_id. `matrix` has one row per
    list and pair of tiers: how many customers went that way, and how many of them were moved by what. `last_step` is
    the word for the last step: `cuts`, or `rules` where the runs have other rules. `runs` are the two folders,
    `folder` is where the comparison is written, if it is.
    """

    runs: tuple[Path, Path]
    by: tuple[str, ...]
    tiers: tuple[str, ...]
    last_step: str
    customers: pl.DataFrame
    matrix: pl.DataFrame
    folder: Path | None = None


def compare_runs(old: FinishedRun, new: FinishedRun, *, rules_may_differ: bool = False) -> Movement:
    """Return who moved between two runs of a dataset, and why.

    Every customer goes from the old tier to the new one in three steps: the tier by the old cut points had nothing been
    bought (days passed), the tier by the old cut points (orders came or left), the new tier (the cut points moved).
    `reason` names the steps that change the tier. A scheme with cut points of its own has no third step.

    Raises:
        UsageError: The runs have other lists or tiers, or no customer in common; other rules, unless they may differ;
            the new run is not the later one.
    """
    differences = name_rule_differences(old, new)
    refuse_unlike_runs(old, new, [] if rules_may_differ else differences)
    by, tiers = tuple(new.record.lists_by), tuple(tier.name for tier in new.record.tier_table)
    last_step = RULES if differences else CUTS
    both = _join_runs(old, new, by)
    _refuse_strangers(both, old, new)
    customers = _describe_moves(both, tiers, last_step, new)
    return Movement(
        runs=(old.folder, new.folder),
        by=by,
        tiers=tiers,
        last_step=last_step,
        customers=customers,
        matrix=count_moves(customers, by, last_step),
    )


def _refuse_strangers(both: pl.DataFrame, old: FinishedRun, new: FinishedRun) -> None:
    if both.select((pl.col(OLD_TIER).is_not_null() & pl.col(TIER).is_not_null()).any()).item():
        return
    private = " Were they made with different pseudonym keys?" if new.record.dataset.get("pseudonymize") else ""
    message = f"{old.folder} and {new.folder} have no customer in common; name two runs of one dataset.{private}"
    raise UsageError(message)


def _join_runs(old: FinishedRun, new: FinishedRun, by: tuple[str, ...]) -> pl.DataFrame:
    """Return one row per (list, customer) of either run, with the facts of both and the tiers of all steps."""
    scale, keys = scale_of(old), [*by, CUSTOMER_ID]
    passed = (new.rules.as_of - old.rules.as_of).days
    before, after = pl.collect_all([_facts(old), _facts(new)])
    aged = before.with_columns(pl.col(RECENCY_DAYS) + passed)
    tiers = pl.collect_all(_name_tiers(scale, facts.select(*keys, *METRICS)) for facts in (aged, after))
    if_nothing_bought, on_old_cuts = (found.to_series().alias(step) for step, found in zip(STEPS, tiers, strict=True))
    rows = _pair_rows(before.select(keys), after.select(keys))
    old_facts = before.select(
        pl.exclude(keys).name.prefix("old_"), if_nothing_bought, days_passed=pl.lit(passed, pl.Int64)
    )
    new_facts = after.select(pl.exclude(keys), on_old_cuts)
    found = old_facts.select(pl.all().gather(rows[OLD_ROW])), new_facts.select(pl.all().gather(rows[NEW_ROW]))
    return pl.concat([rows.select(keys), *found], how="horizontal")


def _pair_rows(before: pl.DataFrame, after: pl.DataFrame) -> pl.DataFrame:
    """Return one row per key of either frame, sorted, with the rows that it has there: as numbers.

    All columns are gathered by them in half the time that a join of all columns takes.
    """
    keys = before.columns
    numbered = before.with_row_index(OLD_ROW).join(
        after.with_row_index(NEW_ROW), on=keys, how="full", coalesce=True, nulls_equal=True
    )
    return numbered.sort(keys, nulls_last=True)


def _name_tiers(scale: Scale, customers: pl.DataFrame) -> pl.LazyFrame:
    """Return the tier of each customer by the scale, in the order given."""
    names = pl.Series([tier.name for tier in list_tiers(scale.rules.tiers)])
    return scale.grade(customers.lazy()).select(pl.lit(names).gather(RANK))


def _facts(run: FinishedRun) -> pl.LazyFrame:
    """Return what a comparison needs of each customer, in the order of the file."""
    customers = run.customers()
    scores = pl.col(SCORES).cast(pl.Int64)
    wanted = [*run.record.lists_by, CUSTOMER_ID, RECENCY_DAYS, FREQUENCY, MONETARY, RFM_SCORE, LAST_ORDER_TIME]
    return customers.select(*wanted, scores, pl.col(TIER).cast(pl.String), count_money(run.record))


def _describe_moves(both: pl.DataFrame, tiers: tuple[str, ...], last_step: str, new: FinishedRun) -> pl.DataFrame:
    """Add direction, reason and what changed."""
    changes = [(pl.col(score) - pl.col(f"old_{score}")).alias(f"{score[0]}_change") for score in SCORES]
    orders = (pl.col(FREQUENCY) - pl.col(f"old_{FREQUENCY}")).alias("orders_gained")
    spend = (pl.col(MONETARY) - pl.col(f"old_{MONETARY}")).alias("spend_gained")
    known = both.with_columns(_direction(tiers), orders, spend, *changes)
    return known.with_columns(_reason(last_step, new))


def _direction(tiers: tuple[str, ...]) -> pl.Expr:
    old_rank, rank = (pl.col(name).cast(pl.Enum(tiers)).to_physical().cast(pl.Int32) for name in (OLD_TIER, TIER))
    choices = {NEW: old_rank.is_null(), GONE: rank.is_null(), UP: rank < old_rank, DOWN: rank > old_rank}
    found = pl.coalesce(pl.when(holds).then(pl.lit(word)) for word, holds in choices.items())
    return found.fill_null(SAME).alias("direction")


def _reason(last_step: str, new: FinishedRun) -> pl.Expr:
    """Return the steps that change the tier; of who is gone, whether the last order left the window."""
    path, words = [OLD_TIER, *STEPS, TIER], [*STEPS.values(), last_step]
    steps = [
        pl.when(pl.col(before) != pl.col(after)).then(pl.lit(word))
        for (before, after), word in zip(pairwise(path), words, strict=True)
    ]
    last_day, since = pl.col(f"old_{LAST_ORDER_TIME}").cast(pl.Date), pl.lit(new.rules.since, pl.Date)
    left = pl.when((last_day < since).fill_null(value=False)).then(pl.lit(WINDOW)).otherwise(pl.lit(ORDERS))
    of_two = pl.concat_str(steps, separator=" + ", ignore_nulls=True)
    return (
        pl.when(pl.col("direction") == NEW)
        .then(pl.lit(ORDERS))
        .when(pl.col("direction") == GONE)
        .then(left)
        .otherwise(of_two)
        .alias("reason")
    )


def count_moves(customers: pl.DataFrame, by: tuple[str, ...], last_step: str) -> pl.DataFrame:
    """Return how many customers went from which tier to which, and how many of them were moved by what.

    One row per list, old tier (`new` for who had none) and tier (`gone`); where a tier is `all`, the row is a margin.
    """
    keys, way = [*by, OLD_TIER, TIER], pl.col("direction", "reason")
    ways = customers.lazy().group_by(pl.col(keys), way).agg(pl.len().alias("customers"))
    named = ways.with_columns(pl.col(OLD_TIER).fill_null(NEW), pl.col(TIER).fill_null(GONE))
    moved = pl.col("direction") != SAME
    counts = [pl.col("customers").sum()] + [
        pl.col("customers").filter(moved & pl.col("reason").str.contains(word, literal=True)).sum().alias(word)
        for word in (DAYS, ORDERS, last_step)
    ]
    margins = [
        named,
        *(
            named.with_columns(pl.lit(ALL).alias(name) for name in names)
            for names in ((OLD_TIER,), (TIER,), (OLD_TIER, TIER))
        ),
    ]
    return pl.concat(part.group_by(keys).agg(counts) for part in margins).sort(keys).collect()


def count_reasons(movement: Movement) -> pl.DataFrame:
    """Return one row per direction and reason with its `customers`, of each direction the commonest reason first."""
    counted = movement.customers.group_by("direction", "reason").agg(pl.len().alias("customers"))
    return counted.sort("direction", "customers", "reason", descending=[False, True, False])
