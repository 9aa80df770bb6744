"""Scores of each list alone, and the exact total of them."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from itertools import product
from typing import TYPE_CHECKING

import polars as pl
import pytest

from rfm_engine.columns import Metric
from rfm_engine.grading.coverage import possible_scores
from rfm_engine.grading.schemes import Quintile, Thresholds
from rfm_engine.grading.scoring import list_values, score_metrics
from rfm_engine.rules import Weights

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


def test_a_list_is_told_by_its_values_without_those_that_are_missing() -> None:
    result = list_values(("region", "store_code", "channel"), ("n", None, 7))

    assert result == {"region": "n", "channel": "7"}
