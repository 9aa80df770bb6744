from __future__ import annotations

from collections import Counter
from itertools import product
from typing import TYPE_CHECKING, Literal

import polars as pl
import pytest
from pydantic import ValidationError
from rfm_engine_segments import ChampionsToLost, EightTypes
from rfm_engine_segments.champions import ELEVEN

from rfm_engine import RfmError, conformance, score

if TYPE_CHECKING:
    from rfm_engine.plugin_api import TierPolicy

POLICIES = [
    ChampionsToLost(),
    ChampionsToLost(fm="each"),
    ChampionsToLost.model_validate({"contacts": {"Lost": "1 per half-year"}, "focus": {"Lost": "a birthday card"}}),
    EightTypes(),
    EightTypes(high_from=3),
]
NO_ORDERS = pl.LazyFrame(schema=["customer_id", "order_amount", "order_time"])
CUBE = list(product(range(1, 6), repeat=3))


@pytest.mark.parametrize("check", [check for policy in POLICIES for check in conformance.checks(policy)], ids=str)
def test_the_policies_pass_every_named_check(check: conformance.Check) -> None:
    check.run()


def segment(policy: TierPolicy, *scores: tuple[int, ...]) -> list[str]:
    customers = pl.DataFrame(scores, schema=["r_score", "f_score", "m_score"], orient="row")
    tiers = enumerate(policy.tier_table())
    return customers.select(
        pl.coalesce(pl.when(policy.belongs(position)).then(pl.lit(tier.name)) for position, tier in tiers)
        .fill_null("none")
        .alias("tier")
    )["tier"].to_list()


@pytest.mark.parametrize("fm", ["mean", "each"])
def test_each_of_the_eleven_segments_can_be_reached(fm: Literal["mean", "each"]) -> None:
    result = set(segment(ChampionsToLost(fm=fm), *CUBE))

    assert result >= {row.name for row in ELEVEN}


def test_the_mean_of_f_and_m_leaves_no_combination_uncovered() -> None:
    result = segment(ChampionsToLost(rest=""), *CUBE)

    assert "none" not in result


def test_f_and_m_taken_each_leave_exactly_the_36_combinations_uncovered_that_the_readme_names() -> None:
    result = {
        scores
        for scores, name in zip(CUBE, segment(ChampionsToLost(fm="each"), *CUBE), strict=True)
        if name == "Others"
    }

    lopsided = {scores for scores in CUBE if scores[0] < 3 and min(scores[1:]) == 1 and max(scores[1:]) > 2}
    lopsided |= {scores for scores in CUBE if scores[0] > 2 and min(scores[1:]) < 3 and max(scores[1:]) > 3}
    assert result == lopsided
    assert len(result) == 36


def test_without_a_rest_the_engine_refuses_the_uncovered_combinations_and_names_them() -> None:
    with pytest.raises(RfmError, match=r"no tier for X = 1.6 \(R 1, F 3, M 1\).* and [0-9]+ more"):
        score(NO_ORDERS, as_of="2025-07-01", scheme="quintile", tiers=ChampionsToLost(fm="each", rest=""))


@pytest.mark.parametrize("fm", ["mean", "each"])
def test_scores_other_than_1_to_5_are_refused(fm: Literal["mean", "each"]) -> None:
    with pytest.raises(RfmError, match="no tier for"):
        score(NO_ORDERS, as_of="2025-07-01", scheme={"name": "quintile", "bins": 10}, tiers=ChampionsToLost(fm=fm))


@pytest.mark.parametrize(
    ("scores", "expected"),
    [
        ((5, 5, 4), "Champions"),
        ((2, 5, 5), "Loyal"),
        ((5, 1, 1), "New Customers"),
        ((3, 1, 1), "Promising"),
        ((4, 2, 3), "Potential Loyalist"),
        ((2, 2, 3), "Need Attention"),
        ((2, 1, 1), "About To Sleep"),
        ((1, 5, 4), "Can't Lose Them"),
        ((1, 3, 3), "At Risk"),
        ((1, 1, 1), "Lost"),
        ((1, 2, 1), "Hibernating"),
    ],
)
def test_a_typical_customer_of_each_segment_is_found_there_either_way(
    scores: tuple[int, int, int], expected: str
) -> None:
    result = [segment(ChampionsToLost(fm="mean"), scores), segment(ChampionsToLost(fm="each"), scores)]

    assert result == [[expected], [expected]]


def test_only_the_mean_gives_a_lopsided_customer_a_segment() -> None:
    result = [segment(ChampionsToLost(fm="mean"), (5, 1, 5)), segment(ChampionsToLost(fm="each"), (5, 1, 5))]

    assert result == [["Loyal"], ["Others"]]


@pytest.mark.parametrize(
    ("scores", "expected"),
    [
        ((5, 5, 5), "重要价值客户"),
        ((4, 3, 4), "重要发展客户"),
        ((3, 4, 4), "重要保持客户"),
        ((1, 1, 4), "重要挽留客户"),
        ((4, 4, 3), "一般价值客户"),
        ((5, 1, 1), "一般发展客户"),
        ((1, 5, 1), "一般保持客户"),
        ((3, 3, 3), "一般挽留客户"),
    ],
)
def test_the_eight_types_follow_from_high_and_low_scores(scores: tuple[int, int, int], expected: str) -> None:
    result = segment(EightTypes(), scores)

    assert result == [expected]


def test_the_eight_types_share_the_cube_by_how_many_scores_are_high() -> None:
    result = Counter(segment(EightTypes(), *CUBE))

    assert sorted(result.values()) == [2**3, *[2 * 2 * 3] * 3, *[2 * 3 * 3] * 3, 3**3]


def test_contacts_and_focus_are_replaced_one_by_one() -> None:
    usual = {tier.name: tier for tier in EightTypes().tier_table()}
    policy = EightTypes.model_validate(
        {"contacts": {"一般挽留客户": "1 per quarter"}, "focus": {"重要价值客户": "登门拜访"}}
    )

    result = {tier.name: tier for tier in policy.tier_table()}

    assert str(result["一般挽留客户"].contacts) == "1 per quarter"
    assert result["重要价值客户"].focus == "登门拜访"
    assert result["重要价值客户"].contacts == usual["重要价值客户"].contacts


def test_contacts_of_a_segment_that_is_not_there_are_refused_with_those_that_are() -> None:
    with pytest.raises(ValidationError, match="no such segment: Champs; there are Champions, Loyal"):
        ChampionsToLost(focus={"Champs": "cheer"})
