"""Scores of each list alone, and the exact total of them."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from itertools import product

import polars as pl
import pytest

from rfm_engine.columns import Metric
from rfm_engine.grading.coverage import possible_scores
from rfm_engine.grading.schemes import Quintile, Thresholds
from rfm_engine.grading.scoring import score_metrics
from rfm_engine.rules import Weights

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
