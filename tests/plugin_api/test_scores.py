"""A range knows its scores and which end is best; a number is compared exactly."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from rfm_engine.plugin_api.scores import TOTAL_PRECISION, ScoreRange, decimal_literal

if TYPE_CHECKING:
    from decimal import Decimal

RANGES = st.tuples(st.integers(-9, 9), st.integers(0, 9), st.booleans()).map(
    lambda one: ScoreRange(one[0], one[0] + one[1], best="highest" if one[2] else "lowest")
)


@given(RANGES)
def test_turned_upward_the_worst_score_is_the_lowest(allowed: ScoreRange) -> None:
    upward = [allowed.upward(score) for score in allowed.scores]

    assert sorted(upward) == [*allowed.scores]
    assert allowed.upward(allowed.worst) == allowed.lowest
    assert [allowed.upward(score) for score in upward] == [*allowed.scores]
    frame = pl.DataFrame({"score": [*allowed.scores]})
    assert frame.select(allowed.upward(pl.col("score"))).to_series().to_list() == upward


@given(st.decimals(-(10**9), 10**9, allow_nan=False, allow_infinity=False, places=9))
def test_a_literal_is_exactly_the_number(number: Decimal) -> None:
    found = pl.select(decimal_literal(number)).to_series()

    assert found.item() == number
    assert found.dtype == pl.Decimal(TOTAL_PRECISION, len(f"{number:f}".partition(".")[2]))
