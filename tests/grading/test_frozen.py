"""Frozen cut points: what reproduces the scores of a list, and which schemes have none."""

from __future__ import annotations

from decimal import Decimal

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rfm_engine import conformance
from rfm_engine.columns import CUSTOMER_ID, SCORES, Metric
from rfm_engine.conformance.scheme_checks import score_customers
from rfm_engine.grading.frozen import Cuts, Frozen
from rfm_engine.grading.schemes import Quintile, Thresholds
from rfm_engine.grading.scoring import score_metrics
from rfm_engine.plugin_api import FixedScores, Scheme, WorstValues
from rfm_engine.rules import Weights
from tests.conformance.wrong_schemes import OneIsBest, RanksMoneyWithinRecency, Sound, SplitsInCustomerOrder
from tests.examples import examples

WEIGHTS = Weights(Decimal("0.3"), Decimal("0.3"), Decimal("0.4"))
NO_VALUES: WorstValues = {metric: {} for metric in Metric}
population = st.lists(st.tuples(st.integers(0, 99), st.integers(1, 9), st.integers(1, 999)), min_size=1, max_size=30)


def customers_of(rows: list[tuple[int, int, int]]) -> pl.DataFrame:
    columns = [metric.column for metric in Metric]
    named = [(f"c{number:02}", *row) for number, row in enumerate(rows)]
    return pl.DataFrame(named, schema={CUSTOMER_ID: pl.String, **dict.fromkeys(columns, pl.Int64)}, orient="row")


def score_alone(scheme: Scheme, customers: pl.DataFrame) -> pl.DataFrame:
    return score_metrics(customers.lazy(), scheme, WEIGHTS, ()).collect()


def worst_values(scored: pl.DataFrame) -> WorstValues:
    def worst(metric: Metric) -> dict[int, int]:
        values = pl.col(metric.column)
        found = scored.group_by(metric.score).agg(values.max() if metric is Metric.RECENCY else values.min())
        return dict(found.rows())

    return {metric: worst(metric) for metric in Metric}


@pytest.mark.parametrize("scheme", [Quintile(), Quintile(ties="average", bins=7), Sound(), OneIsBest()], ids=repr)
@settings(max_examples=examples(25), deadline=None)
@given(rows=population, others=population)
def test_frozen_scores_are_those_of_the_fit_and_do_not_depend_on_the_others(
    scheme: Scheme, rows: list[tuple[int, int, int]], others: list[tuple[int, int, int]]
) -> None:
    scored = score_alone(scheme, customers_of(rows))
    frozen = scheme.frozen(worst_values(scored))

    again = score_alone(frozen, customers_of([*rows, *others])).head(len(rows))

    assert again.select(SCORES).rows() == scored.select(SCORES).rows()


@settings(max_examples=examples(50), deadline=None)
@given(rows=population, others=population)
def test_the_cut_points_of_frozen_scores_part_the_scores(
    rows: list[tuple[int, int, int]], others: list[tuple[int, int, int]]
) -> None:
    frozen = Quintile().frozen(worst_values(score_alone(Quintile(), customers_of(rows))))

    for row in score_alone(frozen, customers_of(others)).iter_rows(named=True):
        for metric in Metric:
            exceeded = sum(row[metric.column] > cut for cut in frozen.cut_points(metric) or ())
            assert row[metric.score] == (5 - exceeded if metric is Metric.RECENCY else 1 + exceeded)


@pytest.mark.parametrize(
    ("scheme", "words"),
    [
        (Quintile(ties="ordinal"), "splits ties"),
        (SplitsInCustomerOrder(), "splits ties"),
        (RanksMoneyWithinRecency(), "splits ties"),
    ],
)
def test_a_scheme_without_cut_points_says_no_in_words(scheme: Scheme, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        scheme.frozen(NO_VALUES)


def test_a_score_in_two_steps_has_no_cut_points() -> None:
    class TwoSteps(Sound):
        """Money counts where the last order is recent."""

        def score(self, metric: Metric) -> pl.Expr:
            return pl.col("r_score") if metric is Metric.MONETARY else super().score(metric)

    with pytest.raises(ValueError, match="scores in two steps"):
        TwoSteps().frozen(NO_VALUES)


def test_fixed_cut_points_stay_as_they_are() -> None:
    assert Thresholds().frozen(NO_VALUES) == Thresholds()


def test_the_kit_tries_a_frozen_of_a_scheme_s_own() -> None:
    class ForgetsItsCuts(Sound):
        """Two scores, about the mean; frozen, all are worst."""

        def frozen(self, cut_points: WorstValues) -> Scheme:
            del cut_points
            ranges = {metric: self.score_range(metric) for metric in Metric}
            return FixedScores(ranges=ranges, worst_values={metric: {} for metric in Metric})

    class SaysNo(Sound):
        """Two scores, about the mean, never frozen."""

        def frozen(self, cut_points: WorstValues) -> Scheme:
            raise ValueError(cut_points)

    failed = {cls: [one.name for one in conformance.report(cls()) if one.fault] for cls in (ForgetsItsCuts, SaysNo)}

    assert failed == {ForgetsItsCuts: ["scores_alike_when_frozen"], SaysNo: []}


def test_lists_have_cut_points_of_their_own() -> None:
    lists = [
        {"list": {"region": name}, "recency_days": {5: 10}, "frequency": {}, "monetary_fen": {5: fen}}
        for name, fen in (("a", 100), ("b", 900))
    ]
    keys = {"as_of": "2025-07-01", "by": ["region"], "weights": [1, 1, 1], "scheme": {}, "tiers": {}, "lists": lists}
    frozen = Frozen(cuts=Cuts.model_validate(keys)).with_fitted(Quintile())
    customers = pl.concat(customers_of([(5, 1, 500)]).with_columns(pl.lit(name).alias("region")) for name in ("a", "b"))

    scored = score_customers(frozen, customers, ("region",))

    assert scored["m_score"].to_list() == [5, 1]
    assert scored["r_score"].to_list() == [5, 5]
