"""What the author of a scheme defines."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from rfm_engine.plugin_api.plugin_base import PluginBase
from rfm_engine.plugin_api.scores import ScoreRange

if TYPE_CHECKING:
    from collections.abc import Sequence

    import polars as pl

    from rfm_engine.columns import Metric


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
