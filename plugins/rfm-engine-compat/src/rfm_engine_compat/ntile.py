"""SQL's `NTILE(n)`, ordered by the metric, then by customer_id."""

from __future__ import annotations

from typing import ClassVar, Literal

import polars as pl
from pydantic import Field

from rfm_engine.plugin_api import Language, Metric, Scheme, ScoreRange


class Ntile(Scheme):
    """SQL NTILE: tiles of equal size in the order of the metric, then of customer_id; the first tiles are the larger.

    Reproduces `NTILE(tiles) OVER (ORDER BY frequency, customer_id)`, and for recency `ORDER BY recency_days DESC,
    customer_id`: the worst customer first, so that the highest tile is the best. With `best = "lowest"` the best
    customer comes first, as in `ORDER BY monetary DESC, customer_id`, and the lowest tile is the best.

    Customers with equal values may get different scores: a tile is filled whoever is tied. Of n customers the first
    n modulo `tiles` tiles hold one more; fewer customers than tiles leave the last tiles empty.

    >>> import polars as pl
    >>> population = pl.DataFrame({"customer_id": list("abcdefg"), "frequency": [1, 1, 1, 1, 1, 2, 9]})
    >>> population.select(Ntile(tiles=3).score(Metric.FREQUENCY).alias("tile"))["tile"].to_list()
    [1, 1, 1, 2, 2, 3, 3]
    """

    name: ClassVar[str] = "ntile"
    splits_ties: ClassVar[bool] = True

    tiles: int = Field(default=5, ge=2, le=1000, description="how many tiles there are")
    first: Literal[0, 1] = Field(default=1, description="the score of the first tile: 1 as in SQL, or 0")
    best: Literal["highest", "lowest"] = Field(default="highest", description="which tile holds the best customers")

    def describe(self, language: Language = "en") -> str:
        """Return the rule in words."""
        if language == "zh":
            return (
                f"在名单内排序后分为 {self.tiles} 等份（同 SQL 的 NTILE），首份为 {self.first} 分，"
                f"{'高' if self.best == 'highest' else '低'}分为优"
            )
        return super().describe(language)

    def score_range(self, metric: Metric) -> ScoreRange:
        """Return as many scores as there are tiles, from `first`."""
        del metric
        return ScoreRange(self.first, self.first + self.tiles - 1, self.best)

    def score(self, metric: Metric) -> pl.Expr:
        """Return the tile of the customer's place in the order: the first `larger` tiles hold `size + 1` customers."""
        worst_first = metric.worth if self.best == "highest" else -metric.worth
        place = worst_first.rank("ordinal").cast(pl.Int64) - 1
        customers = pl.len().cast(pl.Int64)
        size, larger = customers // self.tiles, customers % self.tiles
        in_larger = place < larger * (size + 1)
        return self.first + pl.when(in_larger).then(place // (size + 1)).otherwise((place - larger) // size)
