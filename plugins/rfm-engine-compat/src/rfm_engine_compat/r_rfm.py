"""R's package rfm 0.3, as `rfm_table_order` and `rfm_table_customer` score."""

from __future__ import annotations

from typing import ClassVar, Literal

import polars as pl
from pydantic import Field

from rfm_engine.plugin_api import Language, Metric, Scheme, ScoreRange


class RRfm(Scheme):
    """R's rfm package 0.3: quantiles of type 7 plus 1, bins closed on the left; few days score high.

    A bin starts at its quantile plus one day, one order, or one unit of money, so a value passes a quantile only if it
    is greater by 1 or more. `money_unit` says what the amounts were counted in: in ten-thousands of yuan the 1 is so
    large that most customers score 1, as they do in R. Equal values stay together; a bin that ties leave empty is
    jumped over.

    >>> import polars as pl
    >>> orders = pl.DataFrame({"frequency": [1, 2, 3, 4, 5, 6]})
    >>> orders.select(RRfm().score(Metric.FREQUENCY).alias("f_score"))["f_score"].to_list()
    [1, 1, 2, 3, 4, 5]
    """

    name: ClassVar[str] = "r-rfm"

    bins: int = Field(default=5, ge=2, le=100, description="how many bins there are")
    money_unit: Literal["fen", "yuan", "ten_thousand_yuan"] = Field(
        default="yuan", description="the unit of the amounts in R, which the plus 1 counts in"
    )

    def describe(self, language: Language = "en") -> str:
        """Return the rule in words."""
        if language == "zh":
            return (
                f"按名单内分位数分为 {self.bins} 档（同 R 的 rfm 包），"
                f"金额单位：{ {'fen': '分', 'yuan': '元', 'ten_thousand_yuan': '万元'}[self.money_unit] }"
            )
        return super().describe(language)

    def score_range(self, metric: Metric) -> ScoreRange:
        """Return 1 to the number of bins."""
        del metric
        return ScoreRange(1, self.bins)

    def score(self, metric: Metric) -> pl.Expr:
        """Return 1 + the quantiles that the value passes, or for recency the highest score minus them."""
        fen = {"fen": 1, "yuan": self.minor_units, "ten_thousand_yuan": 10_000 * self.minor_units}[self.money_unit]
        one = fen if metric is Metric.MONETARY else 1
        passed = pl.sum_horizontal(self._passes(pl.col(metric.column), step, one) for step in range(1, self.bins))
        return self.bins - passed if metric is Metric.RECENCY else 1 + passed

    def _passes(self, value: pl.Expr, step: int, one: int) -> pl.Expr:
        """Is the value at least the quantile plus one? Both sides are multiplied by `bins`, so nothing is rounded."""
        last = pl.len().cast(pl.Int64) - 1
        place, ordered = last * step, value.sort()
        low = ordered.get(place // self.bins, null_on_oob=True)
        above = ordered.get((place + self.bins - 1) // self.bins, null_on_oob=True)
        quantile = self.bins * low + (place % self.bins) * (above - low)
        return (self.bins * (value - one) >= quantile).cast(pl.Int64)
