"""The conformance kit passes what is sound, and each of its checks is failed alone by something deliberately wrong."""

from __future__ import annotations

import os
import subprocess
import sys
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, get_args

import polars as pl
import pytest

from rfm_engine import conformance
from rfm_engine.columns import SCORES
from rfm_engine.conformance import policy_checks as of_policies
from rfm_engine.conformance import scheme_checks as of_schemes
from rfm_engine.conformance.class_checks import calls_python
from rfm_engine.grading.policies import Abcd, Segments, Weighted
from rfm_engine.grading.schemes import Quintile, Thresholds, Ties
from tests.conformance import wrong_policies, wrong_schemes

if TYPE_CHECKING:
    from rfm_engine.plugin_api import Scheme, TierPolicy

SEES_OTHER_LISTS = "scores_each_population_alone"
GRADES_OTHER_LISTS = "grades_each_list_alone"
ROOT = Path(__file__).parents[2]


def failed_checks(thing: Scheme | TierPolicy) -> list[str]:
    return [outcome.name for outcome in conformance.report(thing) if outcome.fault]


WRONG_SCHEMES = [
    (wrong_schemes.Nameless, "can_be_registered"),
    (wrong_schemes.ForgetsAnOption, "options_survive_toml"),
    (wrong_schemes.Mute, "describes_itself_in_both_languages"),
    (wrong_schemes.CallsPython, "has_no_python_function"),
    (wrong_schemes.RollsADie, "gives_the_same_expressions_again"),
    (wrong_schemes.RanksWithinTheRegion, "reads_promised_columns_only"),
    (wrong_schemes.LeavesItsRange, "gives_whole_scores_in_range"),
    (wrong_schemes.SplitsTiesInSecret, "gives_equal_values_equal_scores"),
    (wrong_schemes.PrefersTheWorse, "never_scores_better_values_worse"),
    (wrong_schemes.PraisesTheLowest, "never_scores_better_values_worse"),
    (wrong_schemes.LooksAtTheFirstRow, "ignores_row_order_and_chunks"),
    (wrong_schemes.LiesAboutSorting, "scores_alike_on_every_engine"),
    (wrong_schemes.DividesByOneLess, "scores_edge_populations"),
    (wrong_schemes.ScalesBetweenTheEnds, "scores_edge_populations"),
    (wrong_schemes.NeedsSomebody, "scores_edge_populations"),
]


WRONG_POLICIES = [
    (wrong_policies.WithoutADocstring, "can_be_registered"),
    (wrong_policies.ForgetsABound, "options_survive_toml"),
    (wrong_policies.Mute, "describes_itself_in_both_languages"),
    (wrong_policies.NamesATierTwice, "names_each_tier_once"),
    (wrong_policies.AsksPython, "has_no_python_function"),
    (wrong_policies.RollsADie, "gives_the_same_expressions_again"),
    (wrong_policies.RanksWithinTheRegion, "reads_promised_columns_only"),
    (wrong_policies.LeavesAGap, "gives_every_score_one_tier"),
    (wrong_policies.Overlaps, "gives_every_score_one_tier"),
    (wrong_policies.OverlapsForTheRich, "gives_every_score_one_tier"),
    (wrong_policies.LeavesAGapInSpend, "gives_every_score_one_tier"),
    (wrong_policies.LeavesAGapInTheMeanOrder, "gives_every_score_one_tier"),
    (wrong_policies.ForgetsOneOfAList, "gives_every_score_one_tier"),
    (wrong_policies.OverlapsAtABorder, "gives_every_score_one_tier"),
    (wrong_policies.ForgetsSmallLists, "gives_every_customer_one_tier"),
    (wrong_policies.TwoTiersForTheFirst, "gives_every_customer_one_tier"),
    (wrong_policies.NeedsACustomer, "gives_every_customer_one_tier"),
    (wrong_policies.LiesAboutSorting, "grades_alike_on_every_engine"),
]
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


@pytest.mark.parametrize(("wrong", "check"), WRONG_SCHEMES, ids=lambda value: getattr(value, "__name__", value))
def test_a_wrong_scheme_fails_the_one_check_made_for_it(wrong: type[Scheme], check: str) -> None:
    assert failed_checks(wrong()) == [check]


@pytest.mark.parametrize(
    ("module", "check"), [("wrong_schemes", SEES_OTHER_LISTS), ("wrong_policies", GRADES_OTHER_LISTS)]
)
def test_what_sees_other_lists_fails_the_one_check_made_for_it(module: str, check: str) -> None:
    # Its codes follow the order in which Polars meets the lists; one thread meets them in the same order every time.
    program = (
        "from rfm_engine import conformance\n"
        f"from tests.conformance.{module} import NumbersAcrossLists\n"
        "print(*(outcome.name for outcome in conformance.report(NumbersAcrossLists()) if outcome.fault))"
    )
    one_thread = os.environ | {"POLARS_MAX_THREADS": "1"}

    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, env=one_thread, capture_output=True, text=True, check=True
    )

    assert done.stdout.split() == [check]


@pytest.mark.parametrize(("wrong", "check"), WRONG_POLICIES, ids=lambda value: getattr(value, "__name__", value))
def test_a_wrong_policy_fails_the_one_check_made_for_it(wrong: type[TierPolicy], check: str) -> None:
    assert failed_checks(wrong()) == [check]


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


def test_a_float_score_fails_though_it_is_within_range() -> None:
    assert "gives_whole_scores_in_range" in failed_checks(wrong_schemes.GivesFractions())


def test_a_declared_property_is_not_checked() -> None:
    names = [check.name for check in conformance.checks(wrong_schemes.SplitsInCustomerOrder())]
    assert "gives_equal_values_equal_scores" not in names
    assert "never_scores_better_values_worse" not in names


def test_a_policy_is_checked_against_the_scores_of_the_scheme_named() -> None:
    fours = Segments.model_validate({"table": [{"name": "any", "r": [1, 4]}]})
    of_fours = conformance.report(fours, scheme=Quintile(bins=4))
    of_fives = conformance.report(fours, scheme=Quintile())
    assert [outcome.name for outcome in of_fours if outcome.fault] == []
    assert [outcome.name for outcome in of_fives if outcome.fault] == ["gives_every_score_one_tier"]


def test_a_fault_names_the_list_the_value_and_the_scores() -> None:
    (fault,) = [outcome.fault for outcome in conformance.report(wrong_schemes.SplitsTiesInSecret()) if outcome.fault]
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


def test_a_policy_that_takes_the_highest_for_the_best_fails_with_a_scheme_of_which_the_lowest_is() -> None:
    top = wrong_policies.TakesTheHighest()

    assert failed_checks(top) == []
    reversed_scores = conformance.report(top, scheme=wrong_schemes.OneIsBest())
    assert [outcome.name for outcome in reversed_scores if outcome.fault] == ["gives_every_score_one_tier"]
    totals = conformance.report(Abcd(), scheme=wrong_schemes.OneIsBest())
    assert [outcome.name for outcome in totals if outcome.fault] == []
