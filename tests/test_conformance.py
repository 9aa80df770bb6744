"""The conformance kit passes what is sound, and each of its checks is failed alone by something deliberately wrong."""

from __future__ import annotations

from decimal import Decimal
from typing import ClassVar

import polars as pl
import pytest
from pydantic import field_serializer

from rfm_engine import conformance
from rfm_engine.columns import SCORES
from rfm_engine.conformance import of_policies, of_schemes
from rfm_engine.conformance.class_checks import calls_python
from rfm_engine.plugin_api import Metric, Scheme, ScoreRange, Tier, TierPolicy
from rfm_engine.policies import Abcd, Segments, Weighted
from rfm_engine.schemes import Quintile, Thresholds

TRUE = pl.lit(value=True)


def failed(thing: Scheme | TierPolicy) -> list[str]:
    return [outcome.name for outcome in conformance.report(thing) if outcome.fault]


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


class CallsPython(Sound):
    """Maps a Python function."""

    def score(self, metric: Metric) -> pl.Expr:
        return super().score(metric).map_batches(lambda scores: scores, return_dtype=pl.Int64)


class LeavesItsRange(Sound):
    """States 1 to 5 and scores 6, where there are more than two customers."""

    def score(self, metric: Metric) -> pl.Expr:
        best = (metric.worth == metric.worth.max()) & (metric.worth.n_unique() > 2)
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
    """Scales ranks by n - 1, which is nought for one customer."""

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
        del metric
        text = pl.col("region") + pl.col("customer_id")
        code = text.cast(pl.Categorical(pl.Categories.random())).to_physical()
        return 1 + code.cast(pl.Int64) % 5


class OneIsBest(Scheme):
    """Four scores, 1 the best, from nought."""

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


class Halves(TierPolicy):
    """Good from a total of 3, the rest poor."""

    name = "halves"

    def tier_table(self) -> tuple[Tier, ...]:
        return (Tier(name="good"), Tier(name="poor"))

    def belongs(self, position: int) -> pl.Expr:
        good = pl.col("rfm_score") >= Decimal(3)
        return good if position == 0 else ~good


class WithoutADocstring(Halves):
    name = "without-a-docstring"


class ForgetsABound(Halves):
    """Writes an option as another value."""

    bound: int = 3

    @field_serializer("bound")
    def _one_more(self, bound: int) -> int:
        return bound + 1


class NamesATierTwice(Halves):
    """Has two tiers of one name."""

    def tier_table(self) -> tuple[Tier, ...]:
        return (Tier(name="good"), Tier(name="good"))


class AsksPython(Halves):
    """Maps a Python function."""

    def belongs(self, position: int) -> pl.Expr:
        return super().belongs(position).map_batches(lambda fits: fits, return_dtype=pl.Boolean)


class LeavesAGap(Halves):
    """Grades nobody whose total is 3 exactly."""

    def belongs(self, position: int) -> pl.Expr:
        return pl.col("rfm_score") > Decimal(3) if position == 0 else pl.col("rfm_score") < Decimal(3)


class Overlaps(Halves):
    """Grades a total of 3 twice."""

    def belongs(self, position: int) -> pl.Expr:
        return pl.col("rfm_score") >= Decimal(3) if position == 0 else pl.col("rfm_score") <= Decimal(3)


class OverlapsForTheRich(Halves):
    """Grades a customer of great spend twice, which no score tells."""

    def belongs(self, position: int) -> pl.Expr:
        rich = pl.col("monetary_fen") > 10**9
        return (super().belongs(position) | rich) if position == 0 else super().belongs(position)


class GradesByTheMean(Halves):
    """Compares customers with the mean of all."""

    def belongs(self, position: int) -> pl.Expr:
        good = pl.col("monetary_fen") >= pl.col("monetary_fen").mean()
        return good if position == 0 else ~good


WRONG_SCHEMES = [
    (Nameless, "can_be_registered"),
    (ForgetsAnOption, "options_survive_toml"),
    (CallsPython, "has_no_python_function"),
    (LeavesItsRange, "gives_whole_scores_in_range"),
    (SplitsTiesInSecret, "gives_equal_values_equal_scores"),
    (PrefersTheWorse, "never_scores_better_values_worse"),
    (PraisesTheLowest, "never_scores_better_values_worse"),
    (LooksAtTheFirstRow, "ignores_row_order_and_chunks"),
    (LiesAboutSorting, "scores_alike_on_every_engine"),
    (DividesByOneLess, "scores_edge_populations"),
    (ScalesBetweenTheEnds, "scores_edge_populations"),
    (NeedsSomebody, "scores_edge_populations"),
    (NumbersAcrossLists, "scores_each_population_alone"),
]


WRONG_POLICIES = [
    (WithoutADocstring, "can_be_registered"),
    (ForgetsABound, "options_survive_toml"),
    (NamesATierTwice, "names_each_tier_once"),
    (AsksPython, "has_no_python_function"),
    (LeavesAGap, "gives_every_score_one_tier"),
    (Overlaps, "gives_every_score_one_tier"),
    (OverlapsForTheRich, "gives_every_score_one_tier"),
    (GradesByTheMean, "grades_each_customer_alone"),
]
SOUND = [
    Thresholds(),
    Thresholds(monetary=(Decimal("0.5"), Decimal(10))),
    *(Quintile(ties=ties, bins=bins) for ties in ("min", "max", "average", "ordinal") for bins in (5, 7)),
    Sound(),
    SplitsInCustomerOrder(),
    OneIsBest(),
    RanksMoneyWithinRecency(),
    Abcd(),
    Segments.model_validate({"table": [{"name": "best", "r": [4, 5]}, {"name": "rest"}]}),
    Weighted.model_validate({"table": [{"name": "A", "above": 3}, {"name": "B", "at_most": 3}]}),
    Halves(),
]


@pytest.mark.parametrize(("wrong", "check"), WRONG_SCHEMES, ids=lambda value: getattr(value, "__name__", value))
def test_a_wrong_scheme_fails_the_one_check_made_for_it(wrong: type[Scheme], check: str) -> None:
    assert failed(wrong()) == [check]


@pytest.mark.parametrize(("wrong", "check"), WRONG_POLICIES, ids=lambda value: getattr(value, "__name__", value))
def test_a_wrong_policy_fails_the_one_check_made_for_it(wrong: type[TierPolicy], check: str) -> None:
    assert failed(wrong()) == [check]


def test_every_check_has_something_that_fails_it_alone() -> None:
    assert {check for _, check in WRONG_SCHEMES} == {check.__name__ for check in of_schemes.wanted(Sound())}
    assert {check for _, check in WRONG_POLICIES} == {check.__name__ for check in of_policies.CHECKS}


@pytest.mark.parametrize("sound", SOUND, ids=repr)
def test_what_is_sound_passes_every_check(sound: Scheme | TierPolicy) -> None:
    assert failed(sound) == []


@pytest.mark.parametrize("check", conformance.checks(Quintile()), ids=str)
def test_a_check_is_a_test_of_its_own_in_pytest(check: conformance.Check) -> None:
    assert check.meaning.endswith((".", "`."))
    check.run()


def test_a_float_score_fails_though_it_is_within_range() -> None:
    assert "gives_whole_scores_in_range" in failed(GivesFractions())


def test_a_declared_property_is_not_checked() -> None:
    names = [check.name for check in conformance.checks(SplitsInCustomerOrder())]
    assert "gives_equal_values_equal_scores" not in names
    assert "never_scores_better_values_worse" not in names


def test_a_policy_is_checked_against_the_scores_of_the_scheme_named() -> None:
    fours = Segments.model_validate({"table": [{"name": "any", "r": [1, 4]}]})
    of_fours = conformance.report(fours, scheme=Quintile(bins=4))
    of_fives = conformance.report(fours, scheme=Quintile())
    assert [outcome.name for outcome in of_fours if outcome.fault] == []
    assert [outcome.name for outcome in of_fives if outcome.fault] == ["gives_every_score_one_tier"]


def test_a_fault_names_the_list_the_value_and_the_scores() -> None:
    (fault,) = [outcome.fault for outcome in conformance.report(SplitsTiesInSecret()) if outcome.fault]
    assert "of list ties got the scores [1, 2]; score equal values equally, or declare splits_ties = True" in fault


@pytest.mark.parametrize(
    "expression",
    [
        pl.col("a").map_elements(abs, return_dtype=pl.Int64),
        pl.col("a").map_batches(abs, return_dtype=pl.Int64).rank().over("b") + 1,
        pl.col("a").rolling_map(sum, 2),
        pl.fold(pl.lit(0), lambda one, other: one + other, [pl.col("a"), pl.col("b")]),
        pl.reduce(lambda one, other: one + other, [pl.col("a"), pl.col("b")]),
        pl.concat_list("a", "b").list.eval(pl.element().map_elements(abs, return_dtype=pl.Int64)),
    ],
    ids=str,
)
def test_a_python_function_is_found_wherever_it_hides(expression: pl.Expr) -> None:
    assert calls_python(expression)


@pytest.mark.parametrize(
    "expression",
    [
        pl.col("python_udf") == pl.lit("AnonymousFunction"),
        pl.when(pl.col("a").rank("min").over("b") > 3).then(pl.lit(pl.Series([1, 2]))).otherwise(Decimal("1.5")),
        pl.col("a").replace_strict([1, 2], ["x", "y"], return_dtype=pl.Enum(["x", "y"])),
        pl.sum_horizontal(SCORES),
    ],
    ids=str,
)
def test_a_pure_expression_is_not_taken_for_python(expression: pl.Expr) -> None:
    assert not calls_python(expression)
