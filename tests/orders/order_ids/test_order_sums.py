"""The lines of an order are added up exactly and rounded once, halves away from zero."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from rfm_engine.columns import ORDER_AMOUNT_FEN
from rfm_engine.orders.cells.amounts import PARTS, REMAINDER
from rfm_engine.orders.order_ids.order_sums import STEP, count_parts, round_parts, sum_order

PART = st.integers(-(10**12), 10**12)


@given(st.lists(st.tuples(PART, st.sampled_from([1, 3, 10, 100, 10_000])), min_size=1, max_size=20))
def test_parts_are_rounded_to_whole_units_halves_away_from_zero(pairs: list[tuple[int, int]]) -> None:
    frame = pl.DataFrame(pairs, schema={"parts": pl.Int128, "unit": pl.Int128}, orient="row")
    whole, is_cut = round_parts(pl.col("parts"), pl.col("unit"))

    found = frame.select(whole.cast(pl.Int64).alias("whole"), is_cut.alias("cut")).rows()

    assert found == [
        (int((Decimal(parts) / unit).quantize(Decimal(1), ROUND_HALF_UP)), parts % unit != 0) for parts, unit in pairs
    ]


@given(st.integers(-(10**9), 10**9), st.integers(1 - PARTS, PARTS - 1), st.sampled_from([None, 1, 10, 100]))
def test_the_sum_of_an_order_is_a_whole_number_of_what_its_currency_counts_in(
    fen: int, left: int, step: int | None
) -> None:
    row = {ORDER_AMOUNT_FEN: [fen], REMAINDER: [left]} | ({} if step is None else {STEP: [step]})
    frame = pl.DataFrame(row, schema_overrides={REMAINDER: pl.Int64})
    size, is_cut = sum_order(frame.columns)
    unit = step or 1

    (found,) = frame.select(size.cast(pl.Int64).alias("size"), is_cut.alias("cut")).rows()

    exact = (Decimal(fen) * PARTS + left) / PARTS / unit
    assert found == (int(exact.quantize(Decimal(1), ROUND_HALF_UP)) * unit, exact != int(exact))


def test_parts_are_counted_with_what_rounding_left_where_that_is_known() -> None:
    frame = pl.DataFrame({ORDER_AMOUNT_FEN: [3, 3], REMAINDER: [5, None]})

    assert frame.select(count_parts(frame.columns)).to_series().to_list() == [3 * PARTS + 5, 3 * PARTS]
    assert frame.select(count_parts([ORDER_AMOUNT_FEN])).to_series().to_list() == [3 * PARTS] * 2
