"""What an expression of a policy looks at is known, or is taken for anything."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl
import pytest

from rfm_engine.grading.expressions import find_metric_borders, find_numbers, looks_at_rows_alone

if TYPE_CHECKING:
    from collections.abc import Mapping

R, DAYS, ORDERS = pl.col("r_score"), pl.col("recency_days"), pl.col("frequency")
OF_ROWS = (
    R.is_between(2, 4) & ~(ORDERS > 3),
    pl.when(R > 3).then(pl.lit("A")).otherwise(pl.lit("B")),
    pl.any_horizontal(R == 1, DAYS.is_null()),
    R.is_in([1, 2]),
    (R + 1).cast(pl.Int64).alias("x"),
    pl.max_horizontal(R, ORDERS).clip(1, 5),
)
OF_LISTS = (
    R.rank(),
    ORDERS.mean() < ORDERS,
    R.max().over("region"),
    pl.len() > 9,
    R.is_in(ORDERS.implode()),
    R.shift(1),
    R.map_elements(abs, return_dtype=pl.Int64),
    pl.lit(pl.Series([1, 2])),
)


@pytest.mark.parametrize("expression", OF_ROWS, ids=str)
def test_an_expression_of_rows_looks_at_rows_alone(expression: pl.Expr) -> None:
    assert looks_at_rows_alone(expression)


@pytest.mark.parametrize("expression", OF_LISTS, ids=lambda expression: str(expression)[:60])
def test_an_expression_of_lists_does_not(expression: pl.Expr) -> None:
    assert not looks_at_rows_alone(expression)


BORDERS: list[tuple[pl.Expr, Mapping[str, set[int]] | None]] = [
    ((ORDERS > 3) & (DAYS <= 30.5), {"frequency": {3}, "recency_days": {30, 31}}),
    (~(ORDERS == 3) | (2 < ORDERS), {"frequency": {2, 3}}),  # noqa: SIM300 the other way round
    (DAYS.is_between(10, 20), {"recency_days": {10, 20}}),
    (pl.when(ORDERS >= 7).then(R > 2).otherwise(R > 3), {"frequency": {7}}),
    (pl.all_horizontal(ORDERS > 1, R < 3), {"frequency": {1}}),
    (R > 3, {}),
    (ORDERS + 1 > 3, None),
    (ORDERS > DAYS, None),
    (ORDERS.is_in([1, 2]), None),
]


@pytest.mark.parametrize(("expression", "borders"), BORDERS, ids=str)
def test_the_borders_of_a_metric_are_the_whole_numbers_beside_each_comparison(
    expression: pl.Expr, borders: Mapping[str, set[int]] | None
) -> None:
    assert find_metric_borders(expression) == borders


def test_every_number_that_is_named_is_found_whatever_is_done_with_it() -> None:
    expression = ((ORDERS * 2.5 + DAYS) > 7) | R.is_in([1, 4]) | (pl.col("region") == "9")

    assert find_numbers(expression) == {1, 2, 3, 4, 7}
    assert find_numbers(pl.lit(float("inf")) > ORDERS) == set()
