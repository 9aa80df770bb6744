"""Each check of policies is failed alone by a policy made wrong for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from rfm_engine import conformance
from rfm_engine.grading.policies import Abcd, Segments
from rfm_engine.grading.schemes import Quintile
from tests.conformance import wrong_policies, wrong_schemes
from tests.conformance.wrong_ones import WRONG_POLICIES, failed_checks

if TYPE_CHECKING:
    from rfm_engine.plugin_api import TierPolicy


@pytest.mark.parametrize(("wrong", "check"), WRONG_POLICIES, ids=lambda value: getattr(value, "__name__", value))
def test_a_wrong_policy_fails_the_one_check_made_for_it(wrong: type[TierPolicy], check: str) -> None:
    assert failed_checks(wrong()) == [check]


def test_a_policy_is_checked_against_the_scores_of_the_scheme_named() -> None:
    fours = Segments.model_validate({"table": [{"name": "any", "r": [1, 4]}]})
    of_fours = conformance.report(fours, scheme=Quintile(bins=4))
    of_fives = conformance.report(fours, scheme=Quintile())
    assert [outcome.name for outcome in of_fours if outcome.fault] == []
    assert [outcome.name for outcome in of_fives if outcome.fault] == ["gives_every_score_one_tier"]


def test_a_policy_that_takes_the_highest_for_the_best_fails_with_a_scheme_of_which_the_lowest_is() -> None:
    top = wrong_policies.TakesTheHighest()

    assert failed_checks(top) == []
    reversed_scores = conformance.report(top, scheme=wrong_schemes.OneIsBest())
    assert [outcome.name for outcome in reversed_scores if outcome.fault] == ["gives_every_score_one_tier"]
    totals = conformance.report(Abcd(), scheme=wrong_schemes.OneIsBest())
    assert [outcome.name for outcome in totals if outcome.fault] == []
