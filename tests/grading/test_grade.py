"""Scores to the exact total, totals to tiers and contacts, alone."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from fractions import Fraction
from itertools import product
from typing import ClassVar

import polars as pl
import pytest

from rfm_engine.columns import Metric
from rfm_engine.errors import DatasetError
from rfm_engine.grading.coverage import possible_scores, prove_coverage
from rfm_engine.grading.policies import Abcd, Segments, Weighted
from rfm_engine.grading.schemes import Quintile, Thresholds
from rfm_engine.grading.scoring import score_metrics
from rfm_engine.grading.tiering import assign_tiers
from rfm_engine.plugin_api import Tier, TierPolicy
from rfm_engine.rules import Weights

WEIGHTS = Weights(Decimal("0.3"), Decimal("0.3"), Decimal("0.4"))


@pytest.mark.parametrize(
    ("weights", "decimals"),
    [
        (("0.3", "0.4", "0.6"), 1),
        (("1", "2", "3"), 0),
        (("1E+2", "0.125", "0"), 3),
        (("0.30", "0.250", "10"), 2),
        (("0.0001", "0.00001", "1"), 5),
    ],
)
def test_a_total_is_the_exact_sum_with_as_many_decimals_as_the_weights_need(
    weights: tuple[str, str, str], decimals: int
) -> None:
    r, f, m = (Fraction(weight) for weight in weights)
    weighting = Weights(*(Decimal(weight) for weight in weights))

    result = possible_scores(Thresholds(frequency=(1, 2), monetary=(Decimal(1),)), weighting).collect()

    assert result.schema["rfm_score"] == pl.Decimal(38, decimals)
    expected = {(a, b, c): r * a + f * b + m * c for a, b, c in product(range(1, 6), range(1, 4), range(1, 3))}
    totals = {row[:3]: Fraction(row[3]) for row in result.select("r_score", "f_score", "m_score", "rfm_score").rows()}
    assert totals == expected
    assert result.height == len(expected)


@pytest.mark.parametrize("by", [(), ("region",), ("region", "store_code")])
def test_each_list_is_ranked_alone_and_its_customers_keep_their_places(by: tuple[str, ...]) -> None:
    customers = pl.DataFrame(
        {
            "region": ["n", "s", "n", "s", "n", "s"],
            "store_code": ["1", "1", "2", "2", "2", "1"],
            "recency_days": [1, 2, 3, 4, 5, 6],
            "frequency": [6, 5, 4, 3, 2, 1],
            "monetary_fen": [100, 500, 200, 400, 300, 600],
        }
    )
    scheme = Quintile(bins=6)

    result = score_metrics(customers.lazy(), scheme, WEIGHTS, by).collect()

    assert result.drop("r_score", "f_score", "m_score", "rfm_score").equals(customers)
    for row in result.to_dicts():
        own = [other for other in customers.to_dicts() if all(other[name] == row[name] for name in by)]
        for metric in Metric:
            sign = -1 if metric is Metric.RECENCY else 1
            worse = sum(sign * other[metric.column] < sign * row[metric.column] for other in own)
            assert row[metric.score] == 1 + 6 * worse // len(own)


def test_a_customer_carries_the_contacts_of_the_tier_and_the_last_day_of_its_period() -> None:
    rows = [
        {"name": "A", "at_least": "4", "contacts": "1-2 per month", "focus": "visit"},
        {"name": "B", "at_least": "3", "below": "4", "contacts": "3 per 4 months"},
        {"name": "C", "below": "3", "focus": "call"},
    ]
    totals = pl.LazyFrame({"rfm_score": [Decimal(5), Decimal(2), Decimal(3), Decimal(4)]})

    result = assign_tiers(totals, Weighted.model_validate({"table": rows}), date(2024, 8, 31)).collect()

    a = ("A", 1, 2, 1, date(2024, 9, 30), "visit")
    b = ("B", 3, 3, 4, date(2024, 12, 31), None)
    c = ("C", None, None, None, None, "call")
    contact = ("contacts_min", "contacts_max", "contact_every_months", "next_contact_by", "focus")
    assert result.select("tier", *contact).rows() == [a, c, b, a]
    assert result.schema["tier"] == pl.Enum(["A", "B", "C"])
    types = [pl.Int32(), pl.Int32(), pl.Int32(), pl.Date(), pl.String()]
    assert [result.schema[name] for name in contact] == types


def test_the_first_segment_that_fits_wins_and_the_rest_has_no_contacts() -> None:
    policy = Segments.model_validate({"table": [{"name": "top", "r": [4, 5]}, {"name": "rest"}]})
    scores = pl.LazyFrame({"r_score": [5, 3, 4], "f_score": [1, 1, 1], "m_score": [1, 1, 1]})

    result = assign_tiers(scores, policy, date(2025, 7, 1)).collect()

    assert result["tier"].to_list() == ["top", "rest", "top"]
    assert result.select("contacts_min", "next_contact_by", "focus").rows() == [(None, None, None)] * 3
    assert result.schema["focus"] == pl.String


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


class Spenders(TierPolicy):
    """Whoever spent anything: a tier by a metric, which no score can prove."""

    name: ClassVar[str] = "spenders"

    def tier_table(self) -> tuple[Tier, ...]:
        return (Tier(name="spender"),)

    def belongs(self, position: int) -> pl.Expr:
        assert position == 0
        return pl.col("monetary_fen") > 0


def test_a_policy_that_looks_beyond_the_scores_waits_for_the_customers() -> None:
    prove_coverage(Spenders(), Quintile(), WEIGHTS)


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
