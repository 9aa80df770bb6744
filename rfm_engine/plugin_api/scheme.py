"""What the author of a scheme defines."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, ClassVar, TypeAlias

import polars as pl

from rfm_engine.columns import SCORES, Metric
from rfm_engine.plugin_api.plugin_base import PluginBase
from rfm_engine.plugin_api.scores import ScoreRange

if TYPE_CHECKING:
    from collections.abc import Sequence

WorstValues: TypeAlias = Mapping[Metric, Mapping[int, int]]
"""For each metric and score the worst value that gets it: days, orders, fen; no entry where no value does."""

UNREACHABLE = 2**62


class Scheme(PluginBase):
    """A scoring scheme: turns each metric of a population into an integer score.

    The engine evaluates `score` once for each metric and population (one list, such as a region), so `pl.len()` is the
    number of customers of the list, and `rank`, `sort`, `quantile` or `over` see that list alone. Inside a population
    the customers stand in the order of their customer_id, each once. R, F and M are scored in this order, so an
    expression may use the score columns before its own (`pl.col("r_score")`). A list may be empty, and its customers
    may all be equal.
    """

    splits_ties: ClassVar[bool] = False
    """Whether customers with equal values may get different scores."""

    monotone: ClassVar[bool] = True
    """Whether a better value never gets a worse score within its population."""

    def score_range(self, metric: Metric) -> ScoreRange:
        """Return the scores that this metric can get; 1 to 5, 5 best, unless said otherwise."""
        del metric
        return ScoreRange()

    def cut_points(self, metric: Metric) -> Sequence[int] | None:
        """Return the rising values that part the scores (a value exceeds them or not), None where customers decide.

        It only serves `rfm-engine explain`; money is in fen.
        """
        del metric
        return None

    def score(self, metric: Metric) -> pl.Expr:
        """Return an integer expression over the columns of a population: one score per customer, never null.

        The columns are `customer_id` (text), `recency_days`, `frequency`, `monetary_fen` (Int64, never null) and the
        score columns that come before. A score outside `score_range`, a null or another type stops the run with an
        error that names the plugin, the scheme, the metric and a customer.
        """
        raise NotImplementedError

    def in_list(self, values: Mapping[str, str]) -> Scheme | None:
        """Return the scheme for the customers of one list; itself unless lists are scored by different rules.

        `values` has the list's columns with their values, without those that are missing. None means that there are no
        rules for the list, which stops the run with an error that names all such lists.
        """
        del values
        return self

    def frozen(self, cut_points: WorstValues) -> Scheme:
        """Return a scheme that scores one list by the values of an earlier run, whoever the customers are by then.

        A customer gets the best score whose worst holder in the earlier run was no better, else the worst score. A
        scheme with cut points of its own is frozen already and returns itself. Override it to say no, in words.

        Raises:
            ValueError: The scores do not depend on cut points: the scheme splits ties, is not monotone, or reads the
                scores that come before.
        """
        if all(self.cut_points(metric) is not None for metric in Metric):
            return self
        if fault := self._why_cut_points_are_not_all():
            message = f"{self.name} {fault}, so that no cut points reproduce its scores"
            raise ValueError(message)
        ranges = {metric: self.score_range(metric) for metric in Metric}
        return FixedScores(ranges=ranges, worst_values={metric: dict(cut_points[metric]) for metric in Metric})

    def _why_cut_points_are_not_all(self) -> str:
        if self.splits_ties:
            return "splits ties: customers with equal values get different scores"
        if not self.monotone:
            return "may score a better value worse"
        reads = {name for metric in Metric for name in self.score(metric).meta.root_names()}
        return "scores in two steps: a score depends on the scores before it" if reads & {*SCORES} else ""


class FixedScores(Scheme):
    """Scores one list by the worst value of each score: what `Scheme.frozen` returns.

    >>> worst_values = {
    ...     Metric.RECENCY: {3: 10, 2: 60},
    ...     Metric.FREQUENCY: {3: 4, 2: 2},
    ...     Metric.MONETARY: {3: 90_000, 2: 20_000},
    ... }
    >>> fixed = FixedScores(ranges=dict.fromkeys(Metric, ScoreRange(1, 3)), worst_values=worst_values)
    >>> fixed.cut_points(Metric.RECENCY), fixed.cut_points(Metric.FREQUENCY)
    ([10, 60], [1, 3])
    """

    name: ClassVar[str] = "fixed-scores"

    ranges: dict[Metric, ScoreRange]
    worst_values: dict[Metric, dict[int, int]]

    def score_range(self, metric: Metric) -> ScoreRange:
        """Return the scores of the scheme that was frozen."""
        return self.ranges[metric]

    def cut_points(self, metric: Metric) -> list[int]:
        """Return the values that part the scores; one that no value parts from the next stands twice."""
        is_recency = metric is Metric.RECENCY
        last, cuts = (-1 if is_recency else UNREACHABLE), []
        for score in self._better_scores(metric):
            worst = self.worst_values[metric].get(score)
            last = last if worst is None else worst if is_recency else worst - 1
            cuts.append(last)
        return cuts if is_recency else cuts[::-1]

    def score(self, metric: Metric) -> pl.Expr:
        """Return the best score whose worst value is no better, else the worst score."""
        sign = -1 if metric is Metric.RECENCY else 1
        worst = self.worst_values[metric]
        reached = [
            pl.when(metric.worth >= sign * worst[score]).then(pl.lit(score, pl.Int64))
            for score in self._better_scores(metric)
            if score in worst
        ]
        return pl.coalesce(*reached, pl.lit(self.ranges[metric].worst, pl.Int64))

    def _better_scores(self, metric: Metric) -> list[int]:
        allowed = self.ranges[metric]
        return sorted(allowed.scores, reverse=allowed.best == "highest")[:-1]
