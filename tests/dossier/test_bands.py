"""Rules as figures leave no value, rank or total out."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rfm_engine.columns import Metric
from rfm_engine.dossier.bands import fixed_bands, plain, rank_shares, tier_conditions, total_range
from rfm_engine.grading.policies import Abcd
from rfm_engine.grading.schemes import Quintile, Thresholds
from rfm_engine.rules import Rules, Weights

CUTS = st.lists(st.integers(1, 999), min_size=1, max_size=6, unique=True).map(sorted)


def holds(condition: str, value: int, sign: str) -> bool:
    """Return whether a value meets a condition such as 1<S≤3, read as Python."""
    return bool(eval(condition.replace("≤", "<=").replace(sign, str(value))))  # noqa: S307 our own figures


@given(CUTS, st.integers(1, 1_000))
def test_each_value_meets_one_condition_and_gets_the_score_of_the_scheme(cuts: list[int], value: int) -> None:
    for metric, sign in ((Metric.RECENCY, "D"), (Metric.FREQUENCY, "S"), (Metric.MONETARY, "Z")):
        option = "monetary" if metric is Metric.MONETARY else metric.column

        met = [score for condition, score in fixed_bands({option: cuts}, metric) if holds(condition, value, sign)]

        above = sum(value > cut for cut in cuts)
        assert met == [len(cuts) + 1 - above if metric is Metric.RECENCY else 1 + above]


def test_a_scheme_without_cut_points_has_no_bands() -> None:
    assert fixed_bands({"name": "quintile"}, Metric.RECENCY) == []
    assert fixed_bands({"recency_days": "many"}, Metric.RECENCY) == []


@given(st.integers(2, 100))
def test_the_shares_of_ranks_follow_each_other_from_none_to_all(bins: int) -> None:
    shares = [(part.split("–"), score) for part, score in rank_shares(bins)]

    assert [score for _, score in shares] == [*range(bins, 0, -1)]
    assert (shares[0][0][0], shares[-1][0][1]) == ("0%", "100%")
    assert all(one[0][1] == other[0][0] for one, other in pairwise(shares))


@given(st.lists(st.integers(1, 40), min_size=3, max_size=3, unique=True).map(sorted), st.integers(1, 50))
def test_each_total_belongs_to_the_tier_of_the_policy(bounds: list[int], total: int) -> None:
    conditions = tier_conditions({"name": "abcd", "bounds": bounds}, ("1", "50"))

    met = [tier for tier, condition in conditions.items() if holds(condition, total, "X")]

    assert met == ["DCBA"[sum(total >= bound for bound in bounds)]]


def test_a_table_of_tiers_is_told_by_totals_or_by_scores() -> None:
    rows = [
        {"name": "best", "r": [4, 5], "f": 5},
        {"name": "good", "m": {"low": 2, "high": 3}},
        {"name": "known", "above": "2.50"},
        {"name": "few", "below": 2},
        {"name": "others"},
    ]

    assert tier_conditions({"name": "segments", "table": rows}, None) == {
        "best": "R 4–5, F 5",
        "good": "M 2–3",
        "known": "X>2.5",
        "few": "X<2",
        "others": "",
    }
    assert tier_conditions({"name": "other"}, None) == {}


@pytest.mark.parametrize(
    ("weights", "ends"), [(("0.3", "0.3", "0.4"), ("1", "5")), (("1", "2", "0.5"), ("3.5", "17.5"))]
)
def test_the_totals_lie_between_those_of_the_worst_and_the_best_scores(
    weights: tuple[str, str, str], ends: tuple[str, str]
) -> None:
    rules = Rules(date(2025, 7, 1), Weights(*map(Decimal, weights)), Thresholds(), Abcd())

    assert total_range(rules) == ends
    assert total_range(None) is None
    ten = Rules(date(2025, 7, 1), Weights(*map(Decimal, weights)), Quintile(bins=10), Abcd())
    assert total_range(ten) == (ends[0], plain(Decimal(ends[1]) * 2))


def test_a_number_has_no_exponent_and_no_idle_zeros() -> None:
    assert [plain(number) for number in ("100.0", Decimal("1E+3"), "0.00", 0.25)] == ["100", "1000", "0", "0.25"]
