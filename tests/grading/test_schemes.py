"""The built-in schemes alone, against counting and whole ranks."""

from __future__ import annotations

import random
from decimal import Decimal
from fractions import Fraction
from math import floor
from typing import TYPE_CHECKING

import polars as pl
import pytest

from rfm_engine.columns import Metric
from rfm_engine.grading.schemes import Quintile, Thresholds
from rfm_engine.plugin_api import ScoreRange

if TYPE_CHECKING:
    from rfm_engine.grading.schemes import Ties
    from rfm_engine.plugin_api import Scheme

YUAN = ("-0.015", "0.005", "1", "2.019")
CUTS = {
    Metric.RECENCY: (Decimal(0), Decimal(7)),
    Metric.FREQUENCY: (Decimal(1), Decimal(2), Decimal(5)),
    Metric.MONETARY: tuple(Decimal(cut) * 100 for cut in YUAN),  # in fen
}
THRESHOLDS = Thresholds(recency_days=(0, 7), frequency=(1, 2, 5), monetary=tuple(Decimal(cut) for cut in YUAN))


def scores_of(scheme: Scheme, metric: Metric, values: list[int]) -> list[int]:
    scores = pl.DataFrame({metric.column: values}).select(score=scheme.score(metric))["score"]
    assert scores.dtype == pl.Int64
    return scores.to_list()


@pytest.mark.parametrize("metric", Metric)
def test_a_value_scores_by_how_many_cut_points_it_exceeds(metric: Metric) -> None:
    values = list(range(-10, 230))
    exceeded = [sum(value > cut for cut in CUTS[metric]) for value in values]

    result = scores_of(THRESHOLDS, metric, values)

    highest = 1 + len(CUTS[metric])
    assert THRESHOLDS.score_range(metric) == ScoreRange(1, highest)
    assert result == [highest - count if metric is Metric.RECENCY else 1 + count for count in exceeded]
    assert set(result) == set(THRESHOLDS.score_range(metric).scores)


@pytest.mark.parametrize("metric", Metric)
def test_a_reported_cut_point_is_the_greatest_whole_value_that_does_not_exceed_it(metric: Metric) -> None:
    result = THRESHOLDS.cut_points(metric)

    assert result == [floor(cut) for cut in CUTS[metric]]


@pytest.mark.parametrize("metric", Metric)
@pytest.mark.parametrize("ties", ["min", "max", "average", "ordinal"])
@pytest.mark.parametrize(("bins", "customers"), [(2, 7), (5, 1), (5, 4), (5, 23), (100, 23)])
def test_a_rank_scores_one_more_than_the_bins_that_it_has_passed(
    bins: int, customers: int, ties: Ties, metric: Metric
) -> None:
    draw = random.Random(bins * customers)
    values = [draw.randrange(9) for _ in range(customers)]
    worth = [-value if metric is Metric.RECENCY else value for value in values]
    below = [sum(other < own for other in worth) for own in worth]
    equal = [worth.count(own) for own in worth]
    passed = {
        "min": [Fraction(less) for less in below],
        "max": [Fraction(less + same - 1) for less, same in zip(below, equal, strict=True)],
        "average": [less + Fraction(same - 1, 2) for less, same in zip(below, equal, strict=True)],
        "ordinal": [Fraction(less + worth[:place].count(worth[place])) for place, less in enumerate(below)],
    }

    scheme = Quintile(bins=bins, ties=ties)

    assert scheme.score_range(metric) == ScoreRange(1, bins)
    assert scores_of(scheme, metric, values) == [1 + floor(bins * rank / customers) for rank in passed[ties]]


@pytest.mark.parametrize("metric", Metric)
def test_equal_values_are_split_by_the_numbers_of_their_ids(metric: Metric) -> None:
    ids = ["10", "9", "a7", "007", "7", "123456789012345678901234567890", "\u0663", "2"]
    better = 1 if metric is Metric.RECENCY else 3
    customers = pl.DataFrame({"customer_id": ids, metric.column: [*[2] * 7, better]})
    scheme = Quintile(bins=8, ties="ordinal_by_number")

    result = customers.with_columns(scheme.score(metric).alias("score")).sort("score")

    assert result["customer_id"].to_list() == ["007", "7", "9", "10", ids[5], "a7", "\u0663", "2"]
    assert result["score"].to_list() == list(range(1, 9))


def test_an_order_of_texts_is_the_default_and_splits_as_before() -> None:
    customers = pl.DataFrame({"customer_id": ["10", "9"], "frequency": [1, 1]})

    result = customers.select(Quintile(bins=2, ties="ordinal").score(Metric.FREQUENCY))

    assert result.to_series().to_list() == [1, 2]
