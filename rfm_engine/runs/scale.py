"""The scale of a finished run: its rules and cut points, by which other values of its customers are graded."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

import polars as pl

from rfm_engine.columns import SCORES, Metric
from rfm_engine.grading.coverage import possible_scores
from rfm_engine.grading.frozen import Frozen
from rfm_engine.grading.guard import looks_beyond_scores
from rfm_engine.grading.scoring import weighted_total
from rfm_engine.grading.tiering import choose_tier

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from rfm_engine.grading.frozen import ListCuts
    from rfm_engine.plugin_api import Scheme, ScoreRange
    from rfm_engine.rules import Rules
    from rfm_engine.runs.finished import FinishedRun

RANK: Final = "rank of the tier"
"""The position of a customer's tier in the policy's order, 0 for the best."""


@dataclass(frozen=True, kw_only=True)
class Scale:
    """What the scores of a run mean: its rules, and the worst value that gets each score in each list.

    `bounds` has one row per list and one column per metric and score: the worst value as worth (more is better: minus
    days, orders, fen), null where no one has the score. A scheme with cut points of its own gives its own; for others
    the values that the run observed stand in.
    """

    rules: Rules
    by: tuple[str, ...]
    bounds: pl.DataFrame

    def grade(self, customers: pl.LazyFrame) -> pl.LazyFrame:
        """Add bounds, scores and the rank of the tier to customers of the run's lists, in the order given."""
        scores = [self.score(metric, pl.col(metric.column)).alias(metric.score) for metric in Metric]
        return self.rank_tiers(self.join_bounds(customers).with_columns(scores))

    def score(self, metric: Metric, value: pl.Expr) -> pl.Expr:
        """Return the score of a value of a metric, in the list whose bounds stand beside it.

        It is the best score whose worst holder is no better, else the worst score.
        """
        *better, worst = scores_from_best(self.rules.scheme.score_range(metric))
        worth = -value if metric is Metric.RECENCY else value
        reached = (pl.when(worth >= pl.col(bound(metric, score))).then(pl.lit(score, pl.Int64)) for score in better)
        return pl.coalesce(*reached, pl.lit(worst, pl.Int64))

    def rank_tiers(self, scored: pl.LazyFrame) -> pl.LazyFrame:
        """Add the rank of the tier to scored customers, in the order given."""
        if self._ranks is not None:
            return scored.with_columns(pl.lit(self._ranks).gather(self._number_scores()).alias(RANK))
        return self._choose_tier(scored.with_columns(weighted_total(self.rules.weights, self.rules.scheme)))

    @cached_property
    def _ranks(self) -> pl.Series | None:
        """The rank of the tier of each combination of scores; None where tiers depend on more."""
        if looks_beyond_scores(self.rules.tiers):
            return None
        scored = possible_scores(self.rules.scheme, self.rules.weights).sort(SCORES)
        return self._choose_tier(scored).select(RANK).collect().to_series()

    def _number_scores(self) -> pl.Expr:
        """Return the place of a customer's scores among the combinations of all scores."""
        number: pl.Expr = pl.lit(0, pl.Int64)
        for metric in Metric:
            allowed = self.rules.scheme.score_range(metric)
            number = number * len(allowed.scores) + pl.col(metric.score) - allowed.lowest
        return number

    def _choose_tier(self, totalled: pl.LazyFrame) -> pl.LazyFrame:
        tier = choose_tier(self.rules.tiers, self.by)
        return totalled.with_columns(tier.to_physical().cast(pl.Int32).alias(RANK))

    def join_bounds(self, customers: pl.LazyFrame) -> pl.LazyFrame:
        """Add the bounds of each customer's list."""
        how: Any = {"on": list(self.by), "how": "left", "maintain_order": "left"} if self.by else {"how": "cross"}
        return customers.join(self.bounds.lazy(), **how)


def scale_of(run: FinishedRun) -> Scale:
    """Return the scale of a run."""
    scheme, by = run.rules.scheme, tuple(run.record.lists_by)
    observed = pl.concat([_observed_bounds(run.record.cut_points[metric.score], by, metric) for metric in Metric])
    if isinstance(scheme, Frozen):
        observed = _lay_over(observed, _frozen_bounds(scheme.cuts.lists, by), by)
    if has_own_cut_points(scheme):
        own = [worst.alias(name) for metric in Metric for name, worst in _own_bounds(scheme, metric).items()]
        lists = observed.select(by).unique(maintain_order=True) if by else pl.DataFrame(height=1)
        return Scale(rules=run.rules, by=by, bounds=lists.with_columns(*own))
    names = [bound(metric, score) for metric in Metric for score in scores_from_best(scheme.score_range(metric))[:-1]]
    worst = [pl.col("worst").filter(pl.col("bound") == name).first().alias(name) for name in names]
    return Scale(
        rules=run.rules,
        by=by,
        bounds=observed.group_by(by, maintain_order=True).agg(worst) if by else observed.select(worst),
    )


def _observed_bounds(spans: Sequence[Mapping[str, Any]], by: tuple[str, ...], metric: Metric) -> pl.DataFrame:
    """Return one row per list and score: the name of the bound, and the worst value of its holders as worth."""
    rows = [
        {name: span[name] for name in by}
        | {"bound": bound(metric, span["score"])}
        | {"worst": -span["to"] if metric is Metric.RECENCY else span["from"]}
        for span in spans
    ]
    return pl.DataFrame(rows, schema=_bounds_schema(by))


def _frozen_bounds(lists: Sequence[ListCuts], by: tuple[str, ...]) -> pl.DataFrame:
    """Return the bounds of frozen cut points, as those that are observed."""
    values = [
        (one.list, metric, *pair) for one in lists for metric in Metric for pair in one.worst_values()[metric].items()
    ]
    rows = [
        {name: of_list.get(name) for name in by}
        | {"bound": bound(metric, score)}
        | {"worst": -worst if metric is Metric.RECENCY else worst}
        for of_list, metric, score, worst in values
    ]
    return pl.DataFrame(rows, schema=_bounds_schema(by))


def _lay_over(observed: pl.DataFrame, fixed: pl.DataFrame, by: tuple[str, ...]) -> pl.DataFrame:
    """Return the fixed bounds, and those observed in the lists that have none."""
    if not by:
        return fixed if fixed.height else observed
    others = observed.join(fixed.select(by).unique(), on=by, how="anti", nulls_equal=True)
    return pl.concat([fixed.join(observed.select(by).unique(), on=by, how="semi", nulls_equal=True), others])


def _bounds_schema(by: tuple[str, ...]) -> dict[str, Any]:
    return {**dict.fromkeys(by, pl.String), "bound": pl.String, "worst": pl.Int64}


def _own_bounds(scheme: Scheme, metric: Metric) -> dict[str, pl.Expr]:
    """Return the worst value, as worth, of each score but the worst one: cut points part the scores."""
    *better, _ = scores_from_best(scheme.score_range(metric))
    cuts = scheme.cut_points(metric) or ()
    worst = [-cut for cut in cuts] if metric is Metric.RECENCY else [cut + 1 for cut in reversed(cuts)]
    return {bound(metric, score): pl.lit(value, pl.Int64) for score, value in zip(better, worst, strict=False)}


def bound(metric: Metric, score: int) -> str:
    """Return the name of the column of a bound."""
    return f"worst of {metric.score} {score}"


def scores_from_best(allowed: ScoreRange) -> list[int]:
    """Return the scores of a metric, the best first."""
    return sorted(allowed.scores, reverse=allowed.best == "highest")


def has_own_cut_points(scheme: Scheme) -> bool:
    """Return whether the scores depend on fixed cut points alone, and not on the other customers."""
    return all(scheme.cut_points(metric) is not None for metric in Metric)
