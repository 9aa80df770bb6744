"""What every scheme and policy must be: a Python function is found wherever it hides."""

from __future__ import annotations

from decimal import Decimal

import polars as pl
import pytest

from rfm_engine.columns import SCORES
from rfm_engine.conformance.class_checks import (
    calls_python,
    require_equal_expressions,
    require_no_python_function,
    require_promised_columns,
)
from rfm_engine.errors import PluginError


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


def test_a_check_says_what_is_wrong_and_of_what() -> None:
    plain, other = pl.col("r_score") > 3, pl.col("region") == "x"

    require_no_python_function(plain, "it")
    require_equal_expressions(plain, pl.col("r_score") > 3, "it")
    require_promised_columns(plain, {"r_score"}, "it")
    with pytest.raises(PluginError, match="it"):
        require_no_python_function(pl.col("a").map_elements(abs, return_dtype=pl.Int64), "it")
    with pytest.raises(PluginError, match="it"):
        require_equal_expressions(plain, other, "it")
    with pytest.raises(PluginError, match="region"):
        require_promised_columns(other, {"r_score"}, "it")
