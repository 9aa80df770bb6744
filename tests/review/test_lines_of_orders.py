"""Lines are added up by order, and orders whose lines stand apart are found."""

from __future__ import annotations

import polars as pl
import pytest

from rfm_engine.orders.reading import SOURCE_FILE
from rfm_engine.review.lines_of_orders import (
    HAS_ONE_AMOUNT,
    HAS_SEVERAL_LINES,
    HAS_TOTAL,
    MAY_HAVE_TOTAL,
    add_lines_up,
    find_divided_orders,
)

IS = {
    "several": HAS_SEVERAL_LINES,
    "alike": HAS_SEVERAL_LINES & HAS_ONE_AMOUNT,
    "roomy": MAY_HAVE_TOTAL,
    "total": MAY_HAVE_TOTAL & HAS_TOTAL,
}


@pytest.mark.parametrize(
    ("amounts", "expected"),
    [
        ([5], set()),
        ([5, 5], {"several", "alike"}),
        ([5, 6], {"several"}),
        ([5, 5, 5], {"several", "alike"}),
        ([2, 3, 5], {"several", "roomy", "total"}),
        ([2, 3, 5, 10], {"several", "roomy", "total"}),
        ([2, 3, 6], {"several", "roomy"}),
        ([0, -3, -5], {"several", "roomy"}),
        ([-1, 0, -1], {"several", "roomy"}),
    ],
)
def test_an_order_is_known_by_the_amounts_of_its_lines(amounts: list[int], expected: set[str]) -> None:
    lines = pl.LazyFrame({"customer_id": ["c"] * len(amounts), "order_id": ["o"] * len(amounts)})
    order = add_lines_up(lines.with_columns(pl.Series("order_amount_fen", amounts))).collect()

    assert {name for name, is_so in IS.items() if order.select(is_so).item()} == expected


def test_only_orders_whose_lines_stand_apart_in_one_file_are_divided() -> None:
    rows = [("c", "o1", "a"), ("c", "o1", "a"), ("c", "o2", "a"), ("c", "o1", "a"), ("d", "o2", "a"), ("c", "o2", "b")]
    lines = pl.LazyFrame(rows, ["customer_id", "order_id", SOURCE_FILE], orient="row")

    assert find_divided_orders(lines).collect().rows() == [("c", "o1", "a", 2)]
