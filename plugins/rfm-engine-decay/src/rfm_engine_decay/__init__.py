"""A scoring scheme with a memory that fades: after each half-life without an order, what was bought counts half."""

from __future__ import annotations

from typing import Annotated, ClassVar

import polars as pl
from pydantic import Field

from rfm_engine.plugin_api import Language, Metric, Scheme, ScoreRange, hookimpl

Cuts = Annotated[tuple[int, ...], Field(min_length=1)]


class Decay(Scheme):
    """Orders and spend fade with the days since the last order: after each half-life they count half.

    R scores 5 and loses a point for each half-life that has passed. F and M are multiplied by 2 ** (-days / half_life)
    and score 1 + the number of cut points that the faded value exceeds. At a whole number of half-lives this is exact.
    """

    name: ClassVar[str] = "decay"
    splits_ties: ClassVar[bool] = True  # of two customers with 3 orders each, the one who came back later scores higher
    monotone: ClassVar[bool] = False  # for the same reason, 4 old orders may score below 3 new ones

    half_life_days: int = Field(default=90, ge=1, description="days without an order after which F and M count half")
    frequency: Cuts = Field(default=(1, 2, 4, 6), description="cut points of the faded orders")
    monetary: Cuts = Field(default=(100, 350, 800, 1500), description="cut points of the faded spend, in yuan")

    def describe(self, language: Language = "en") -> str:
        """Return the rule in words."""
        if language == "zh":
            return (
                f"次数与金额每 {self.half_life_days} 天未下单减半计算；"
                f"次数分界 {'、'.join(map(str, self.frequency))}，金额分界 {'、'.join(map(str, self.monetary))}"
            )
        return super().describe(language)

    def score_range(self, metric: Metric) -> ScoreRange:
        """Return 1 to 5 for recency, and one score more than there are cut points for the others."""
        return ScoreRange() if metric is Metric.RECENCY else ScoreRange(1, 1 + len(self.cuts(metric)))

    def cuts(self, metric: Metric) -> list[int]:
        """Return the cut points of orders, or of spend in fen."""
        return (
            list(self.frequency) if metric is Metric.FREQUENCY else [self.minor_units * yuan for yuan in self.monetary]
        )

    def score(self, metric: Metric) -> pl.Expr:
        """Return the score, row by row: no other customer matters."""
        days = pl.col("recency_days")
        if metric is Metric.RECENCY:
            return 5 - (days // self.half_life_days).clip(upper_bound=4)
        faded = pl.col(metric.column) * pl.lit(2.0) ** (-days / self.half_life_days)
        return 1 + pl.sum_horizontal((faded > cut).cast(pl.Int64) for cut in self.cuts(metric))


@hookimpl
def rfm_register_schemes() -> list[type[Scheme]]:
    """Provide the scheme."""
    return [Decay]
