"""The built-in scoring schemes, registered by the same hook as anybody else's."""

from __future__ import annotations

from decimal import Decimal
from itertools import pairwise
from math import floor
from typing import ClassVar, Literal

import polars as pl
from pydantic import Field, field_validator

from rfm_engine.grading.frozen import Frozen
from rfm_engine.plugin_api import Metric, Scheme, ScoreRange, hookimpl

Cuts = tuple[Decimal, ...]
Ties = Literal["min", "max", "average", "ordinal", "ordinal_by_number"]
MOST_CUTS = 200


def count_exceeded(value: pl.Expr, cuts: list[int]) -> pl.Expr:
    """Return how many of the cut points the value exceeds (right-closed bins), as Int64."""
    return sum(((value > cut).cast(pl.Int64) for cut in cuts), start=pl.lit(0))


class Thresholds(Scheme, defer_build=True):
    """Fixed cut points: a value scores by how many of them it exceeds (right-closed bins).

    The defaults are the published Sichuan outdoor-gear rules: F and M score 1 + the number of cut points exceeded, R
    the highest score minus the number of cut points that the days exceed. Cut points must rise. Money is in yuan; a
    cut point may have fractions of a fen.

    >>> Thresholds(recency_days=(30, 90)).score_range(Metric.RECENCY)
    ScoreRange(lowest=1, highest=3, best='highest')
    """

    name: ClassVar[str] = "thresholds"

    recency_days: tuple[int, ...] = Field(
        max_length=MOST_CUTS,
        default=(10, 30, 60, 120),
        description="days since the last order, rising; 5 points up to the first",
    )
    frequency: tuple[int, ...] = Field(
        max_length=MOST_CUTS, default=(1, 3, 5, 7), description="orders, rising; 1 point up to the first"
    )
    monetary: Cuts = Field(
        max_length=MOST_CUTS,
        default=(Decimal(100), Decimal(350), Decimal(800), Decimal(1500)),
        description="yuan spent, rising; 1 point up to the first",
    )

    @field_validator("recency_days", "frequency", "monetary")
    @classmethod
    def _check_rising(cls, cuts: Cuts) -> Cuts:
        if not cuts or any(low >= high for low, high in pairwise(cuts)):
            message = "expected at least one cut point, each greater than the one before"
            raise ValueError(message)
        return cuts

    def cut_points(self, metric: Metric) -> list[int]:
        """Return the cut points in days, orders or fen; a whole value exceeds a fraction if it exceeds its floor."""
        if metric is Metric.RECENCY:
            return list(self.recency_days)
        if metric is Metric.FREQUENCY:
            return list(self.frequency)
        return [floor(cut * self.minor_units) for cut in self.monetary]

    def score_range(self, metric: Metric) -> ScoreRange:
        """Return one score more than there are cut points, from 1."""
        return ScoreRange(1, 1 + len(self.cut_points(metric)))

    def score(self, metric: Metric) -> pl.Expr:
        """Return 1 + the cut points exceeded, or for recency the highest score minus them."""
        points = count_exceeded(pl.col(metric.column), self.cut_points(metric))
        return self.score_range(metric).highest - points if metric is Metric.RECENCY else 1 + points


class Quintile(Scheme, defer_build=True):
    """Ranks within the list: from the worst 20 % (1) to the best 20 % (5); the number of bins is an option.

    A customer of rank a among n, counted from the worst, scores 1 + floor(bins (a - 1) / n) in integers. Ties take the
    group's lowest rank (`min`), its highest (`max`), the mean (`average`), or are split by customer_id: as text
    (`ordinal`: "10" before "9") or as a number (`ordinal_by_number`: "9" before "10"; other ids come last, as text).
    The published Tai'an smart-curtain rules are the defaults.

    >>> Quintile(bins=10).score_range(Metric.MONETARY).highest
    10
    """

    name: ClassVar[str] = "quintile"

    bins: int = Field(default=5, ge=2, le=100, description="how many scores there are")
    ties: Ties = Field(
        default="min",
        description="the rank that equal values share; the ordinal ones split them by customer_id",
    )

    @property
    def splits_ties(self) -> bool:  # type: ignore[override]
        """Only the ordinal ranks tell equal values apart."""
        return self.ties.startswith("ordinal")

    def score_range(self, metric: Metric) -> ScoreRange:
        """Return 1 to the number of bins."""
        del metric
        return ScoreRange(1, self.bins)

    def score(self, metric: Metric) -> pl.Expr:
        """Return 1 + floor(bins (a - 1) / n); a mean rank is doubled so that it stays whole."""
        customers = pl.len().cast(pl.Int64)
        if self.ties == "min":
            return 1 + self._count_full_bins(metric.worth, customers)
        if self.ties == "average":
            doubled = _rank(metric, "min") + _rank(metric, "max")
            return 1 + self.bins * (doubled - 2) // (2 * customers)
        rank = _rank_by_number(metric) if self.ties == "ordinal_by_number" else _rank(metric, self.ties)
        return 1 + self.bins * (rank - 1) // customers

    def _count_full_bins(self, worth: pl.Expr, customers: pl.Expr) -> pl.Expr:
        """Return floor(bins (a - 1) / n) for the lowest rank a of equal values, without ranking: 0.06 s, not 0.09 s.

        It is j or more where j n / bins or more customers are worse: where the last of so many, by worth, is worse.
        """
        last = (pl.int_range(1, self.bins) * customers + self.bins - 1) // self.bins - 1
        return worth.sort().gather(last, null_on_oob=True).search_sorted(worth, side="left").cast(pl.Int64)


def _rank(metric: Metric, ties: Literal["min", "max", "ordinal"]) -> pl.Expr:
    """Return the rank from the worst, 1 up; `ordinal` follows the rows, which stand by customer_id."""
    return metric.worth.rank(ties).cast(pl.Int64)


def _rank_by_number(metric: Metric) -> pl.Expr:
    """Return the rank from the worst, 1 up; equal values follow their customer_id: numbers first, of any length."""
    text = pl.col("customer_id")
    is_number, digits = text.str.contains(r"^[0-9]+$"), text.str.strip_chars_start("0")
    length, number = (pl.when(is_number).then(part) for part in (digits.str.len_bytes(), digits))
    order = pl.arg_sort_by([metric.worth, ~is_number, length, number, text])
    return order.arg_sort().cast(pl.Int64) + 1


@hookimpl
def rfm_register_schemes() -> list[type[Scheme]]:
    """Provide the built-in schemes."""
    return [Thresholds, Quintile, Frozen]
