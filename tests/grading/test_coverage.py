"""Policies are proved before any order is read: by their scores, at their borders, or on the customers."""

from __future__ import annotations

from decimal import Decimal
from typing import ClassVar

import polars as pl
import pytest

from rfm_engine.errors import DatasetError
from rfm_engine.grading.coverage import choose_proof, describe_proof, prove_coverage
from rfm_engine.grading.policies import Abcd, Segments, Weighted
from rfm_engine.grading.schemes import Quintile
from rfm_engine.plugin_api import Metric, Scheme, ScoreRange, Tier, TierPolicy
from rfm_engine.rules import Weights

WEIGHTS = Weights(Decimal("0.3"), Decimal("0.3"), Decimal("0.4"))


SPLIT = [{"name": "A", "at_least": "4.1"}, {"name": "B", "at_least": "3", "below": "4"}, {"name": "C", "at_most": "3"}]


def test_scores_without_a_tier_and_with_two_are_listed_from_the_least_total_up() -> None:
    policy = Weighted.model_validate({"table": SPLIT})

    with pytest.raises(DatasetError) as refused:
        prove_coverage(policy, Quintile(), WEIGHTS)

    result = str(refused.value).partition("one tier: ")[2].partition(". Change")[0]
    assert result == "B and C for X = 3.0 (R 1, F 5, M 3); no tier for X = 4.0 (R 3, F 5, M 4)"


def test_faults_are_listed_from_the_least_total_up_whichever_score_makes_it() -> None:
    all_but_two = [
        {"name": "lower", "r": [1, 4], "m": [1, 4]},
        {"name": "often", "f": [2, 5]},
        {"name": "new", "r": 5, "m": [2, 5]},
        {"name": "much", "r": [2, 5], "m": 5},
    ]
    policy = Segments.model_validate({"table": all_but_two})

    with pytest.raises(DatasetError) as refused:
        prove_coverage(policy, Quintile(), Weights(Decimal("0.1"), Decimal("0.1"), Decimal("0.8")))

    result = str(refused.value).partition("one tier: ")[2].partition(". Change")[0]
    assert result == "no tier for X = 1.4 (R 5, F 1, M 1); no tier for X = 4.2 (R 1, F 1, M 5)"


class Policy(TierPolicy):
    """Two tiers, by what a test says."""

    name: ClassVar[str] = "two"

    def tier_table(self) -> tuple[Tier, ...]:
        return (Tier(name="call"), Tier(name="wait"))


class SpendersLeft(Policy):
    """A hole: who spent 100.00 exactly."""

    def belongs(self, position: int) -> pl.Expr:
        spend = pl.col("monetary_fen")
        return spend > 10_000 if position == 0 else spend < 10_000


class SpendersTwice(Policy):
    """An overlap, for regular customers alone."""

    def belongs(self, position: int) -> pl.Expr:
        regular = (pl.col("frequency") >= 7) & (pl.col("recency_days") <= 30)
        return regular | (pl.col("rfm_score") > 4) if position == 0 else ~regular | (pl.col("frequency") == 9)


class SpendersAll(Policy):
    """Sound, and simply compared."""

    def belongs(self, position: int) -> pl.Expr:
        spender = pl.col("monetary_fen").is_between(10_000, 10**12) & (pl.col("r_score") > 3)
        return spender if position == 0 else ~spender


class Ratio(Policy):
    """Computes with a metric, so that no set of values stands for all."""

    def belongs(self, position: int) -> pl.Expr:
        often = pl.col("frequency") * 30 > pl.col("recency_days")
        return often if position == 0 else ~often


class Best(Policy):
    """Ten of each list, by a window."""

    def belongs(self, position: int) -> pl.Expr:
        best = pl.col("rfm_score").rank("ordinal", descending=True) <= 10
        return best if position == 0 else ~best


@pytest.mark.parametrize(
    ("policy", "fault"),
    [
        (SpendersLeft(), "no tier for X = 1.0 (R 1, F 1, M 1, monetary_fen 10000); "),
        (SpendersTwice(), "call and wait for X = 1.0 (R 1, F 1, M 1, frequency 9, recency_days 29); "),
    ],
)
def test_a_hole_or_overlap_at_a_border_of_a_metric_is_refused(policy: TierPolicy, fault: str) -> None:
    with pytest.raises(DatasetError) as refused:
        prove_coverage(policy, Quintile(), WEIGHTS)

    assert str(refused.value).partition("one tier: ")[2].startswith(fault)


@pytest.mark.parametrize(
    ("policy", "proof", "words"),
    [
        (Abcd(), "scores", "every score that quintile can give has exactly one tier"),
        (SpendersAll(), "borders", "exactly one tier, with monetary_fen at every border that it names"),
        (Ratio(), "customers", "not proved for every possible customer, for it looks at frequency, recency_days"),
        (Best(), "customers", "not proved for every possible customer, for it looks at the whole list"),
    ],
)
def test_what_proves_a_policy_is_known_and_said(policy: TierPolicy, proof: str, words: str) -> None:
    prove_coverage(policy, Quintile(), WEIGHTS)

    assert choose_proof(policy, Quintile()) == proof
    assert words in describe_proof(policy, Quintile())


class ManyBorders(Policy):
    """Compares the metrics with more numbers than can be tried together."""

    def belongs(self, position: int) -> pl.Expr:
        columns = ("recency_days", "frequency", "monetary_fen")
        odd = pl.any_horizontal(pl.col(column) == number for column in columns for number in range(0, 90, 3))
        return odd if position == 0 else ~odd


def test_more_borders_than_can_be_tried_wait_for_the_customers() -> None:
    prove_coverage(ManyBorders(), Quintile(), WEIGHTS)

    assert choose_proof(ManyBorders(), Quintile()) == "customers"
    assert "too many values of frequency, monetary_fen, recency_days" in describe_proof(ManyBorders(), Quintile())


class LowestIsBest(Scheme):
    """Scores the best customers 1."""

    name: ClassVar[str] = "lowest-is-best"

    def score_range(self, metric: Metric) -> ScoreRange:
        return ScoreRange(1, 5, "lowest" if metric is Metric.MONETARY else "highest")


class ByMoney(Policy):
    """Takes the highest M score for the best."""

    def belongs(self, position: int) -> pl.Expr:
        return (pl.col("m_score") >= 4) == (position == 0)


def test_a_policy_of_single_scores_is_refused_where_the_lowest_is_best() -> None:
    with pytest.raises(DatasetError, match=r"'lowest-is-best' gives the best customers the lowest score for M, but"):
        prove_coverage(ByMoney(), LowestIsBest(), WEIGHTS)

    prove_coverage(ByMoney(), Quintile(), WEIGHTS)
    prove_coverage(Abcd(), LowestIsBest(), WEIGHTS)
    own = Segments.model_validate({"table": [{"name": "top", "m": [1, 2]}, {"name": "rest"}]})
    prove_coverage(own, LowestIsBest(), WEIGHTS)


@pytest.mark.parametrize(("share", "more"), [("1.4", None), ("1.5", "and 1 more"), ("1.6", "and 2 more")])
def test_the_first_five_faults_are_listed_and_the_others_counted(share: str, more: str | None) -> None:
    policy = Weighted.model_validate({"table": [{"name": "A", "above": share}]})

    with pytest.raises(DatasetError) as refused:
        prove_coverage(policy, Quintile(), Weights(Decimal("0.1"), Decimal("0.1"), Decimal("0.8")))

    faults = str(refused.value).partition("one tier: ")[2].partition(". Change")[0].split("; ")
    assert [fault.partition(" (")[0] for fault in faults] == [
        f"no tier for X = {Decimal(tenths).scaleb(-1)}" for tenths in range(10, 15)
    ]
    assert faults[-1].partition("), ")[2] == (more or "")


def test_rules_that_give_each_possible_score_one_tier_are_proved() -> None:
    first = Segments.model_validate({"table": [{"name": "top", "r": [4, 5]}, {"name": "rest"}]})

    for policy in (Abcd(), first, Weighted.model_validate({"table": [{"name": "all"}]})):
        prove_coverage(policy, Quintile(), WEIGHTS)


def test_a_first_match_that_leaves_scores_out_is_refused() -> None:
    policy = Segments.model_validate({"table": [{"name": "top", "r": [2, 5]}, {"name": "some", "r": [1, 5], "f": 1}]})

    with pytest.raises(DatasetError, match=r"no tier for X = 1\.3 \(R 1, F 2, M 1\); "):
        prove_coverage(policy, Quintile(), WEIGHTS)
