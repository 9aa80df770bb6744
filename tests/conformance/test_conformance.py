"""The conformance kit passes what is sound, and each of its checks is failed alone by something deliberately wrong."""

from __future__ import annotations

import os
import subprocess
import sys
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, get_args

import pytest

from rfm_engine import conformance
from rfm_engine.conformance import policy_checks as of_policies
from rfm_engine.conformance import scheme_checks as of_schemes
from rfm_engine.grading.policies import Abcd, Segments, Weighted
from rfm_engine.grading.schemes import Quintile, Thresholds, Ties
from tests.conformance import wrong_policies, wrong_schemes
from tests.conformance.wrong_ones import WRONG_POLICIES, WRONG_SCHEMES, failed_checks

if TYPE_CHECKING:
    from rfm_engine.plugin_api import Scheme, TierPolicy

SEES_OTHER_LISTS = "scores_each_population_alone"
GRADES_OTHER_LISTS = "grades_each_list_alone"
ROOT = Path(__file__).parents[2]
SOUND = [
    Thresholds(),
    Thresholds(monetary=(Decimal("0.5"), Decimal(10))),
    *(Quintile(ties=ties, bins=bins) for ties in get_args(Ties) for bins in (5, 7)),
    wrong_schemes.Sound(),
    wrong_schemes.SplitsInCustomerOrder(),
    wrong_schemes.OneIsBest(),
    wrong_schemes.RanksMoneyWithinRecency(),
    Abcd(),
    Segments.model_validate({"table": [{"name": "best", "r": [4, 5]}, {"name": "rest"}]}),
    Weighted.model_validate({"table": [{"name": "A", "above": 3}, {"name": "B", "at_most": 3}]}),
    wrong_policies.Halves(),
    wrong_policies.GradesByTheMean(),
    wrong_policies.TenBest(),
]


@pytest.mark.parametrize("wrong", ["NumbersAcrossLists", "NumbersCustomers"])
@pytest.mark.parametrize(
    ("module", "check"), [("wrong_schemes", SEES_OTHER_LISTS), ("wrong_policies", GRADES_OTHER_LISTS)]
)
def test_what_sees_other_lists_fails_the_one_check_made_for_it(module: str, check: str, wrong: str) -> None:
    # Its codes follow the order in which Polars meets the lists; one thread meets them in the same order every time.
    program = (
        "from rfm_engine import conformance\n"
        f"from tests.conformance.{module} import {wrong}\n"
        f"print(*(outcome.name for outcome in conformance.report({wrong}()) if outcome.fault))"
    )
    one_thread = os.environ | {"POLARS_MAX_THREADS": "1"}

    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, env=one_thread, capture_output=True, text=True, check=True
    )

    assert done.stdout.split() == [check]


def test_every_check_has_something_that_fails_it_alone() -> None:
    failed_alone = {check for _, check in WRONG_SCHEMES} | {SEES_OTHER_LISTS}
    assert failed_alone == {check.__name__ for check in of_schemes.checks_for(wrong_schemes.Sound())}
    policies_alone = {check for _, check in WRONG_POLICIES} | {GRADES_OTHER_LISTS}
    assert policies_alone == {check.__name__ for check in of_policies.CHECKS}


@pytest.mark.parametrize("sound", SOUND, ids=repr)
def test_what_is_sound_passes_every_check(sound: Scheme | TierPolicy) -> None:
    assert failed_checks(sound) == []


@pytest.mark.parametrize("check", conformance.checks(Quintile()), ids=str)
def test_a_check_is_a_test_of_its_own_in_pytest(check: conformance.Check) -> None:
    assert check.meaning.endswith((".", "`."))
    check.run()
