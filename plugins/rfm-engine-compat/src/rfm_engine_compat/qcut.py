"""`pandas.qcut` on the values of a metric."""

from __future__ import annotations

from typing import ClassVar, Literal

import polars as pl
from pydantic import Field

from rfm_engine.plugin_api import Language, Metric, Scheme, ScoreRange


class Qcut(Scheme):
    """pandas qcut: bins between the quantiles of the values, closed on the right; equal values always together.

    Reproduces `pd.qcut(values, bins, labels=False) + 1`, and for recency `bins - pd.qcut(recency_days, bins,
    labels=False)`: bins of the days themselves, numbered backwards, so that few days score high.

    Where ties make quantiles coincide, pandas raises an error, or with `duplicates="drop"` numbers the bins that are
    left from 0 on. Here `keep` (default) lets the score jump over the empty bin, so that a score means the same share
    of the list whatever the ties, and `drop` numbers as pandas does. The range is 1 to `bins` in either case.

    >>> import polars as pl
    >>> orders = pl.DataFrame({"frequency": [1, 1, 1, 1, 1, 2, 3]})
    >>> orders.select(Qcut().score(Metric.FREQUENCY).alias("f_score"))["f_score"].to_list()
    [1, 1, 1, 1, 1, 5, 5]
    >>> orders.select(Qcut(duplicates="drop").score(Metric.FREQUENCY).alias("f_score"))["f_score"].to_list()
    [1, 1, 1, 1, 1, 2, 2]
    """

    name: ClassVar[str] = "qcut"

    bins: int = Field(default=5, ge=2, le=1000, description="how many bins there are")
    duplicates: Literal["keep", "drop"] = Field(
        default="keep", description="whether equal quantiles leave a bin empty (keep) or renumber the others (drop)"
    )

    def describe(self, language: Language = "en") -> str:
        """Return the rule in words."""
        if language == "zh":
            repeated = "保留" if self.duplicates == "keep" else "合并"
            return f"按名单内分位数分为 {self.bins} 档（同 pandas 的 qcut），重复的分界{repeated}"
        return super().describe(language)

    def score_range(self, metric: Metric) -> ScoreRange:
        """Return 1 to the number of bins, however many of them the values leave."""
        del metric
        return ScoreRange(1, self.bins)

    def score(self, metric: Metric) -> pl.Expr:
        """Return 1 + the quantiles that the value exceeds, or for recency the highest score minus them."""
        exceeded = pl.sum_horizontal(self._exceeds(pl.col(metric.column), step) for step in range(1, self.bins))
        return self.bins - exceeded if metric is Metric.RECENCY else 1 + exceeded

    def _exceeds(self, value: pl.Expr, step: int) -> pl.Expr:
        """Is the value greater than the quantile `step / bins`, and does that one count?

        No value lies between two neighbours in the order, so a value exceeds an interpolated quantile exactly if it
        exceeds the lower neighbour: nothing to interpolate or round. A quantile equals the one before exactly if one
        run of equal values holds both, from the lower neighbour of the one before to the upper neighbour of this one.
        """
        last, ordered = pl.len().cast(pl.Int64) - 1, value.sort()
        exceeds = value > ordered.get(last * step // self.bins, null_on_oob=True)
        if self.duplicates == "keep":
            return exceeds.cast(pl.Int64)
        before = ordered.get(last * (step - 1) // self.bins, null_on_oob=True)
        above = ordered.get((last * step + self.bins - 1) // self.bins, null_on_oob=True)
        return (exceeds & (before < above)).cast(pl.Int64)
