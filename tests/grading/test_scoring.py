"""Scores of each list alone, and the exact total of them."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from itertools import product
from typing import TYPE_CHECKING

import polars as pl
import pytest

from rfm_engine.columns import Metric
from rfm_engine.errors import DatasetError
from rfm_engine.grading.coverage import possible_scores
from rfm_engine.grading.schemes import Quintile, Thresholds
from rfm_engine.grading.scoring import give_worst_scores, list_values, score_metrics, weighted_total
from rfm_engine.rules import Weights
from tests.conformance.wrong_schemes import OneIsBest

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rfm_engine.plugin_api import Scheme

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


class CutByList(Thresholds):
    """Money scores 2 where it exceeds as many yuan as the list's name says."""

    def in_list(self, values: Mapping[str, str]) -> Scheme:
        return Thresholds(monetary=(Decimal(values["region"][1:]),))


def test_lists_with_rules_of_their_own_keep_the_order_of_their_customers() -> None:
    numbers = [number * 37 % 101 for number in range(1, 101)]
    names = [f"n{number}" for number in numbers for _ in range(2)]
    money = [fen for number in numbers for fen in (number * 100, number * 100 + 1)]
    columns = {"region": names, "recency_days": 1, "frequency": 1, "monetary_fen": money}
    customers = pl.DataFrame(columns)

    result = score_metrics(customers.lazy(), CutByList(), WEIGHTS, ("region",)).collect()

    assert result.select(customers.columns).equals(customers)
    assert result["m_score"].to_list() == [1, 2] * 100


def test_no_customers_have_no_scores_by_rules_of_lists_but_their_columns() -> None:
    types = {"region": pl.String, "recency_days": pl.Int64, "frequency": pl.Int64, "monetary_fen": pl.Int64}

    result = score_metrics(pl.LazyFrame(schema=types), CutByList(), WEIGHTS, ("region",)).collect()

    assert result.is_empty()
    assert result.columns == [*types, "r_score", "f_score", "m_score", "rfm_score"]


class KnowsNoList(Thresholds):
    """Has no rules for any list."""

    def in_list(self, values: Mapping[str, str]) -> None:
        del values


@pytest.mark.parametrize(
    ("by", "named"),
    [
        (("region", "store_code"), "no cut points for 2 of the lists: n, 1; s, 2; fit a run that has them"),
        ((), "no cut points for 1 of the lists: the one list; fit a run that has them"),
    ],
)
def test_lists_that_a_scheme_has_no_rules_for_are_all_named(by: tuple[str, ...], named: str) -> None:
    columns = {"region": ["n", "s"], "store_code": ["1", "2"], "recency_days": 1, "frequency": 1, "monetary_fen": 1}
    customers = pl.LazyFrame(columns)

    with pytest.raises(DatasetError, match=f"^{named}, or let them be ranked anew, --missing-list refit$"):
        score_metrics(customers, KnowsNoList(), WEIGHTS, by)


def test_the_worst_scores_are_the_lowest_or_the_highest_as_the_scheme_has_it() -> None:
    customers = pl.DataFrame({"customer_id": ["a", "b"]})

    result = [give_worst_scores(customers, scheme, WEIGHTS) for scheme in (Quintile(), OneIsBest())]

    scores = ("customer_id", "r_score", "f_score", "m_score", "rfm_score")
    assert result[0].select(scores).rows() == [("a", 1, 1, 1, Decimal(1)), ("b", 1, 1, 1, Decimal(1))]
    assert result[1].select(scores).rows() == [("a", 9, 9, 9, Decimal(0)), ("b", 9, 9, 9, Decimal(0))]


@pytest.mark.parametrize("dtype", [pl.UInt8, pl.Int32])
def test_scores_of_a_narrow_type_add_up_without_a_wrap(dtype: pl.DataType) -> None:
    scores = pl.DataFrame({metric.score: pl.Series([200], dtype=dtype) for metric in Metric})

    assert scores.select(weighted_total(WEIGHTS, Quintile())).item() == 200


def test_a_list_is_told_by_its_values_without_those_that_are_missing() -> None:
    result = list_values(("region", "store_code", "channel"), ("n", None, 7))

    assert result == {"region": "n", "channel": "7"}
