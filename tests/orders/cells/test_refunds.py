"""A refund in a column of its own is taken off the amount, whatever its sign and dress."""

from __future__ import annotations

from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rfm_engine.columns import REFUNDED_FEN
from rfm_engine.orders.cells.refunds import NO_REFUND, is_wholly_refunded, subtract_refunds
from rfm_engine.orders.read_options import ReadOptions

SCHEMA: dict[str, Any] = {
    "order_amount_fen": pl.Int64,
    "order_amount_rounded": pl.Boolean,
    "order_amount_text": pl.String,
    "refunded_amount": pl.String,
}


def subtract(*rows: tuple[int | None, str | None]) -> pl.DataFrame:
    cells = [(fen, None if fen is None else False, None if fen is None else "t", refund) for fen, refund in rows]
    return subtract_refunds(pl.LazyFrame(cells, schema=SCHEMA, orient="row"), ReadOptions()).collect()


@given(st.lists(st.tuples(st.integers(0, 10**9), st.integers(-(10**9), 10**9)), min_size=1, max_size=20))
def test_the_amount_is_less_by_the_size_of_the_refund(pairs: list[tuple[int, int]]) -> None:
    found = subtract(*((fen, f"{refund / 100:.2f}") for fen, refund in pairs))

    assert found["order_amount_fen"].to_list() == [fen - abs(refund) for fen, refund in pairs]
    assert found[REFUNDED_FEN].to_list() == [abs(refund) for _, refund in pairs]


@pytest.mark.parametrize("text", [*NO_REFUND, " None ", "  ", None])
def test_what_stands_where_nothing_was_refunded_takes_nothing_off(text: str | None) -> None:
    found = subtract((500, text))

    assert found.select("order_amount_fen", REFUNDED_FEN).rows() == [(500, 0)]


def test_a_refund_that_is_no_amount_leaves_none_and_both_texts() -> None:
    found = subtract((500, "half"))

    assert found.select("order_amount_rounded", "order_amount_text").rows() == [(None, "t less half")]
    assert "refunded_amount" not in found.columns


def test_an_order_is_wholly_refunded_if_nothing_is_left_of_what_was_an_amount() -> None:
    found = subtract((500, "5.00"), (500, "4.99"), (500, "6"), (0, "0"), (500, None), (-500, "1"))

    assert found.select(is_wholly_refunded()).to_series().to_list() == [True, False, True, False, False, False]
