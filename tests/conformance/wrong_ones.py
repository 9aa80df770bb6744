"""Schemes and policies that are wrong, each with the one check that it fails."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rfm_engine import conformance
from tests.conformance import wrong_policies, wrong_schemes

if TYPE_CHECKING:
    from rfm_engine.plugin_api import Scheme, TierPolicy


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
    (wrong_schemes.ForgetsLargeLists, "scores_edge_populations"),
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
    (wrong_policies.ForgetsLargeLists, "gives_every_customer_one_tier"),
    (wrong_policies.ForgetsTenThousand, "gives_every_customer_one_tier"),
    (wrong_policies.TwoTiersForTheFirst, "gives_every_customer_one_tier"),
    (wrong_policies.NeedsACustomer, "gives_every_customer_one_tier"),
    (wrong_policies.LiesAboutSorting, "grades_alike_on_every_engine"),
]
