"""Each check of schemes is failed alone by a scheme made wrong for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from rfm_engine import conformance
from tests.conformance import wrong_schemes
from tests.conformance.wrong_ones import WRONG_SCHEMES, failed_checks

if TYPE_CHECKING:
    from rfm_engine.plugin_api import Scheme


@pytest.mark.parametrize(("wrong", "check"), WRONG_SCHEMES, ids=lambda value: getattr(value, "__name__", value))
def test_a_wrong_scheme_fails_the_one_check_made_for_it(wrong: type[Scheme], check: str) -> None:
    assert failed_checks(wrong()) == [check]


def test_a_float_score_fails_though_it_is_within_range() -> None:
    assert "gives_whole_scores_in_range" in failed_checks(wrong_schemes.GivesFractions())


def test_a_declared_property_is_not_checked() -> None:
    names = [check.name for check in conformance.checks(wrong_schemes.SplitsInCustomerOrder())]
    assert "gives_equal_values_equal_scores" not in names
    assert "never_scores_better_values_worse" not in names


def test_a_fault_names_the_list_the_value_and_the_scores() -> None:
    (fault,) = [outcome.fault for outcome in conformance.report(wrong_schemes.SplitsTiesInSecret()) if outcome.fault]
    assert "of list ties got the scores [1, 2]; score equal values equally, or declare splits_ties = True" in fault
