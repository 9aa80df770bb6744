"""Schemes that are sound, and some that are wrong in one way each, to try the conformance kit on."""

from __future__ import annotations

from itertools import count
from typing import ClassVar

import polars as pl
from pydantic import field_serializer

from rfm_engine.columns import Metric
from rfm_engine.plugin_api import Language, Scheme, ScoreRange

DRAWN = count()


def points(condition: pl.Expr) -> pl.Expr:
    return condition.cast(pl.Int64) + 1


class Sound(Scheme):
    """Two scores, about the mean."""

    name = "sound"

    def score(self, metric: Metric) -> pl.Expr:
        return points(metric.worth > metric.worth.mean())


class SplitsInCustomerOrder(Sound):
    """Scores by position, as a scheme that splits ties may."""

    splits_ties: ClassVar[bool] = True
    monotone: ClassVar[bool] = False


class Nameless(Scheme):
    def score(self, metric: Metric) -> pl.Expr:
        return Sound().score(metric)


class ForgetsAnOption(Sound):
    """Writes an option as another value."""

    bins: int = 5

    @field_serializer("bins")
    def _one_more(self, bins: int) -> int:
        return bins + 1


class Mute(Sound):
    """Says nothing of itself in English, and fails to in Chinese."""

    def describe(self, language: Language = "en") -> str:
        return "" if language == "en" else str(1 // 0)


class CallsPython(Sound):
    """Maps a Python function."""

    def score(self, metric: Metric) -> pl.Expr:
        return super().score(metric).map_batches(lambda scores: scores, return_dtype=pl.Int64)


class LeavesItsRange(Sound):
    """States 1 to 5 and scores 6, where one of more than two customers spent a fortune."""

    def score(self, metric: Metric) -> pl.Expr:
        best = (metric.worth == metric.worth.max()) & (metric.worth.n_unique() > 2) & (metric.worth.max() > 10**9)
        return super().score(metric) + best.cast(pl.Int64) * 5


class GivesFractions(Sound):
    """Scores with a fraction, except where the list is small."""

    def score(self, metric: Metric) -> pl.Expr:
        return super().score(metric) + pl.when(pl.len() > 10).then(0.5)


class SplitsTiesInSecret(Sound):
    """Scores equal values by customer_id and does not declare it."""

    monotone: ClassVar[bool] = False

    def score(self, metric: Metric) -> pl.Expr:
        del metric
        return points(pl.col("customer_id") > "c0050")


class PrefersTheWorse(Sound):
    """Scores the column as it is, so that few days are bad."""

    def score(self, metric: Metric) -> pl.Expr:
        return points(pl.col(metric.column) > pl.col(metric.column).mean())


class PraisesTheLowest(Sound):
    """States that 1 is best and gives 1 to the worst."""

    def score_range(self, metric: Metric) -> ScoreRange:
        del metric
        return ScoreRange(best="lowest")


class LooksAtTheFirstRow(Sound):
    """Compares everybody with whoever stands first."""

    def score(self, metric: Metric) -> pl.Expr:
        return points(metric.worth > metric.worth.first())


class LiesAboutSorting(Sound):
    """Promises Polars sorted values, which one engine believes and the other does not."""

    splits_ties: ClassVar[bool] = True

    def score(self, metric: Metric) -> pl.Expr:
        return points(metric.worth >= metric.worth.set_sorted().max())


class DividesByOneLess(Sound):
    """Scales ranks by n - 1, which is zero for one customer."""

    def score(self, metric: Metric) -> pl.Expr:
        return 1 + 4 * (metric.worth.rank("min").cast(pl.Int64) - 1) // (pl.len().cast(pl.Int64) - 1)


class ScalesBetweenTheEnds(Sound):
    """Scales values between least and most, which are one when all are equal."""

    def score(self, metric: Metric) -> pl.Expr:
        worth = metric.worth
        return 1 + 4 * (worth - worth.min()) // (worth.max() - worth.min())


class NeedsSomebody(Sound):
    """Takes the first of the sorted values even where there is none."""

    def score(self, metric: Metric) -> pl.Expr:
        return points(metric.worth > metric.worth.sort().get(0))


class NumbersAcrossLists(Sound):
    """Numbers customers by the codes of a category, which count over all lists."""

    splits_ties: ClassVar[bool] = True
    monotone: ClassVar[bool] = False

    def score(self, metric: Metric) -> pl.Expr:
        text = pl.col(metric.column).cast(pl.String) + pl.col("customer_id")
        code = text.cast(pl.Categorical(pl.Categories("wrong_schemes"))).to_physical()
        return 1 + code.cast(pl.Int64) % 5


class NumbersCustomers(NumbersAcrossLists):
    """Numbers customers by the codes of their ids, which depend on whom the process met first."""

    def score(self, metric: Metric) -> pl.Expr:
        del metric
        return 1 + pl.col("customer_id").cast(pl.Categorical).to_physical().cast(pl.Int64) % 5


class ForgetsLargeLists(Sound):
    """Scores no one in a list of a thousand customers or more."""

    def score(self, metric: Metric) -> pl.Expr:
        return pl.when(pl.len() < 1_000).then(super().score(metric))


class RollsADie(Sound):
    """Scores above a bound that each call draws anew."""

    def score(self, metric: Metric) -> pl.Expr:
        return points(metric.worth > next(DRAWN))


class RanksWithinTheRegion(Sound):
    """Reads a column that a list need not have."""

    def score(self, metric: Metric) -> pl.Expr:
        return points(metric.worth > metric.worth.mean().over("region"))


class OneIsBest(Scheme):
    """Four scores, 1 the best, from zero."""

    name = "one-is-best"

    def score_range(self, metric: Metric) -> ScoreRange:
        del metric
        return ScoreRange(0, 9, best="lowest")

    def score(self, metric: Metric) -> pl.Expr:
        return 9 - 10 * (metric.worth.rank("min").cast(pl.Int64) - 1) // pl.len().cast(pl.Int64)


class RanksMoneyWithinRecency(Scheme):
    """A two-step scheme: money is ranked among the customers of one R score."""

    name = "two-step"
    splits_ties: ClassVar[bool] = True
    monotone: ClassVar[bool] = False

    def score(self, metric: Metric) -> pl.Expr:
        rank = metric.worth.rank("min").cast(pl.Int64) - 1
        size = pl.len().cast(pl.Int64)
        if metric is not Metric.MONETARY:
            return 1 + 5 * rank // size
        return 1 + 5 * rank.over("r_score") // size.over("r_score")
