"""The proof that a tier policy gives every possible score one tier."""

from __future__ import annotations

from math import prod
from typing import TYPE_CHECKING, Final, Literal

import polars as pl

from rfm_engine.columns import FREQUENCY, RECENCY_DAYS, RFM_SCORE, SCORES, TIER, Metric
from rfm_engine.errors import DatasetError
from rfm_engine.grading.expressions import METRIC_COLUMNS, find_metric_borders, looks_at_rows_alone
from rfm_engine.grading.guard import attribute_plugin_errors
from rfm_engine.grading.scoring import weighted_total
from rfm_engine.grading.tiering import choose_tier, list_tiers, tier_conditions

if TYPE_CHECKING:
    from decimal import Decimal

    from rfm_engine.plugin_api import Scheme, TierPolicy
    from rfm_engine.rules import Weights

Proof = Literal["scores", "borders", "customers"]
"""How it is known that each customer has one tier: by all scores, with the metrics at their borders too, or not yet."""

SHOWN: Final = 5
MOST_COMBINATIONS: Final = 2_000_000
"""Of scores, and of values of the metrics at borders: every one of them is tried before any order is read."""

LEAST_VALUES: Final = {RECENCY_DAYS: 0, FREQUENCY: 1}
"""Money has none: refunds that are netted may leave a customer with nothing, or less."""

RuleSet = tuple["TierPolicy", "Scheme", "Weights"]
PROVED: Final[list[RuleSet]] = []
"""What was proved last: the datasets of one run mostly share their rules, and a proof takes 2 ms."""

ONLY_TIERS: Final[list[tuple[RuleSet, tuple[str, Decimal, Decimal] | None]]] = []
"""What `find_only_tier` found last."""

MEANINGS: Final[dict[Proof, str]] = {
    "scores": "every score that {scheme} can give has exactly one tier",
    "borders": "every score that {scheme} can give has exactly one tier, with {metrics} at every border that it names",
    "customers": "not proved for every possible customer, for it looks at {what}; these customers have one tier each",
}


def possible_scores(scheme: Scheme, weights: Weights) -> pl.LazyFrame:
    """Return every combination of scores the scheme can give, with its total; one row per combination."""
    r, f, m = (pl.LazyFrame({metric.score: scheme.score_range(metric).scores}) for metric in Metric)
    return r.join(f, how="cross").join(m, how="cross").with_columns(weighted_total(weights, scheme))


def choose_proof(policy: TierPolicy, scheme: Scheme) -> Proof:
    """Return what proves that a policy gives each customer one tier; `customers` where only these can show it."""
    conditions = tier_conditions(policy)
    borders = _find_borders(policy)
    if borders is None or not all(map(looks_at_rows_alone, conditions)) or _count(scheme, borders) > MOST_COMBINATIONS:
        return "customers"
    return "borders" if borders else "scores"


def describe_proof(policy: TierPolicy, scheme: Scheme) -> str:
    """Return in words what was proved about a policy, and what only the customers show."""
    proof = choose_proof(policy, scheme)
    read = sorted({name for condition in tier_conditions(policy) for name in condition.meta.root_names()})
    metrics = ", ".join(name for name in read if name in METRIC_COLUMNS)
    alone = all(map(looks_at_rows_alone, tier_conditions(policy)))
    borders = _find_borders(policy)
    what = "the whole list" if not alone else f"too many values of {metrics}" if borders else metrics
    return MEANINGS[proof].format(scheme=scheme.name, metrics=metrics, what=what)


def prove_coverage(policy: TierPolicy, scheme: Scheme, weights: Weights) -> None:
    """Check that every possible score has one tier; a policy that no set of values proves is checked on the customers.

    Raises:
        DatasetError: A score without a tier, or with two (unless the first match wins); it names the first of them.
            Or a scheme whose best score is the lowest under a policy that takes the highest for the best.
    """
    if (policy, scheme, weights) in PROVED:
        return
    with attribute_plugin_errors(scheme, policy, weights):
        _refuse_many_scores(scheme)
        refuse_reversed_scores(policy, scheme)
        faults = [] if choose_proof(policy, scheme) == "customers" else find_faults(policy, scheme, weights)
    if faults:
        more = f", and {len(faults) - SHOWN} more" if len(faults) > SHOWN else ""
        message = (
            f"tier policy {policy.name!r} does not give every possible score one tier: "
            f"{'; '.join(faults[:SHOWN])}{more}. "
            "Change its bounds so that each score has exactly one tier."
        )
        raise DatasetError(message)
    PROVED[:] = [(policy, scheme, weights)]


def _refuse_many_scores(scheme: Scheme) -> None:
    """Refuse scores of which there are too many combinations, before any of them is made."""
    counts = [len(scheme.score_range(metric).scores) for metric in Metric]
    if prod(counts) > MOST_COMBINATIONS:
        message = (
            f"scheme {scheme.name!r} has {' x '.join(f'{count:,}' for count in counts)} combinations of scores; "
            f"at most {MOST_COMBINATIONS:,} are checked; use fewer cut points or bins"
        )
        raise DatasetError(message)


def refuse_reversed_scores(policy: TierPolicy, scheme: Scheme) -> None:
    """Refuse a policy that takes the highest single score for the best where the scheme gives the best the lowest.

    Totals are turned round, so policies that read totals alone fit any scheme.

    Raises:
        DatasetError: The two do not fit; the message names the scores.
    """
    read = {name for condition in tier_conditions(policy) for name in condition.meta.root_names()}
    low = [m for m in Metric if m.score in read and scheme.score_range(m).best == "lowest"]
    if low and not policy.reads_scores_as_given:
        message = (
            f"scheme {scheme.name!r} gives the best customers the lowest score for {', '.join(m.letter for m in low)}, "
            f"but tier policy {policy.name!r} takes the highest for the best; choose another of the two, or an option "
            "of the scheme that makes the highest score the best"
        )
        raise DatasetError(message)


def find_faults(policy: TierPolicy, scheme: Scheme, weights: Weights) -> list[str]:
    """Return the totals without a tier and those with two, in words, rising, with one combination of scores each."""
    names = [tier.name for tier in list_tiers(policy)]
    columns = [f"tier {place}" for place in range(len(names))]
    yes, no = pl.lit(value=True), pl.lit(value=False)
    conditions = zip(columns, tier_conditions(policy), strict=True)
    fits = [pl.when(belongs).then(yes).otherwise(no).alias(column) for column, belongs in conditions]
    fitting = pl.sum_horizontal(pl.col(column).cast(pl.UInt32) for column in columns)
    faulty = fitting == 0 if policy.first_match else fitting != 1
    customers = possible_customers(policy, scheme, weights)
    metrics = [name for name in customers.collect_schema().names() if name in METRIC_COLUMNS]
    order = (RFM_SCORE, *SCORES, *metrics)
    found = customers.with_columns(fits).filter(faulty).sort(order, descending=True).collect()
    shown = {(row[RFM_SCORE], tuple(row[column] for column in columns)): row for row in found.iter_rows(named=True)}
    return [
        f"{' and '.join(name for name, fit in zip(names, fit, strict=True) if fit) or 'no tier'} for X = {x} "
        f"(R {row['r_score']}, F {row['f_score']}, M {row['m_score']}{''.join(f', {n} {row[n]}' for n in metrics)})"
        for (x, fit), row in reversed(shown.items())
    ]


def find_only_tier(policy: TierPolicy, scheme: Scheme, weights: Weights) -> tuple[str, Decimal, Decimal] | None:
    """Return the tier that every possible customer gets, with the least and greatest total; None where tiers differ.

    The answer is known of a policy that looks at scores alone; a policy of one tier is meant so.
    """
    rules = (policy, scheme, weights)
    if not any(known == rules for known, _ in ONLY_TIERS):
        ONLY_TIERS[:] = [(rules, _find_only_tier(*rules))]
    return ONLY_TIERS[0][1]


def _find_only_tier(policy: TierPolicy, scheme: Scheme, weights: Weights) -> tuple[str, Decimal, Decimal] | None:
    if len(list_tiers(policy)) == 1 or choose_proof(policy, scheme) != "scores":
        return None
    graded = possible_scores(scheme, weights).select(RFM_SCORE, choose_tier(policy))
    totals = (pl.col(RFM_SCORE).min().alias("least"), pl.col(RFM_SCORE).max().alias("most"))
    tiers = (pl.col(TIER).n_unique(), pl.col(TIER).first().alias("first"))
    count, first, least, most = graded.select(*tiers, *totals).collect().row(0)
    return (first, least, most) if count == 1 else None


def possible_customers(policy: TierPolicy, scheme: Scheme, weights: Weights) -> pl.LazyFrame:
    """Return every combination of possible scores and of the metric values at the borders that the policy names.

    A border is a number that a metric is compared with; the metric takes it, the value below and the value above.
    """
    customers = possible_scores(scheme, weights)
    for column, values in (_find_borders(policy) or {}).items():
        customers = customers.join(pl.LazyFrame({column: values}, {column: pl.Int64}), how="cross")
    return customers


def _find_borders(policy: TierPolicy) -> dict[str, list[int]] | None:
    """Return the values of each metric that stand for all values; None where no such set is known."""
    borders: dict[str, set[int]] = {}
    for condition in tier_conditions(policy):
        if not looks_at_rows_alone(condition) or (found := find_metric_borders(condition)) is None:
            return None
        for column, numbers in found.items():
            borders.setdefault(column, set()).update(number + step for number in numbers for step in (-1, 0, 1))
    return {column: _possible_values(column, values) for column, values in sorted(borders.items())}


def _possible_values(column: str, values: set[int]) -> list[int]:
    least = LEAST_VALUES.get(column, min(values))
    return sorted(value for value in values if value >= least) or [least]


def _count(scheme: Scheme, borders: dict[str, list[int]]) -> int:
    return prod(len(scheme.score_range(metric).scores) for metric in Metric) * prod(map(len, borders.values()))
