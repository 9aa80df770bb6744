"""The rows that fail a check are all found, though mostly few are read."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any
from unittest import mock

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rfm_engine.orders import failing_rows, staging
from rfm_engine.orders.cleaning import is_in_window
from rfm_engine.orders.failing_rows import cut_rows, find_failing_rows
from rfm_engine.orders.staging import ROW, OrderSet, order_set
from tests.orders.rows import orders_of, rules_of

LAST = datetime(2025, 7, 1)
WINDOW = {"since": date(2025, 6, 20)}
ROWS = st.fixed_dictionaries(
    {"order_time": st.one_of(st.none(), st.integers(-3, 20).map(lambda days: LAST + timedelta(2 - days)))},
    optional={"customer_id": st.sampled_from(["c", "", None])},
)


def _orders(rows: list[dict[str, Any]]) -> OrderSet:
    return order_set(orders_of(*rows).with_row_index(ROW), rules_of(**WINDOW))


@given(st.lists(ROWS, min_size=1, max_size=40), st.integers(1, 5), st.integers(1, 4), st.sampled_from([0, 99]))
def test_what_fails_is_found_in_pieces(rows: list[dict[str, Any]], block: int, ranges: int, many: int) -> None:
    orders = _orders(rows)
    expected = orders.failing().collect()
    with (
        mock.patch.object(failing_rows, "BLOCK", block),
        mock.patch.object(failing_rows, "MOST_RANGES", ranges),
        mock.patch.object(staging, "MANY", many),
    ):
        found = find_failing_rows(orders, orders.height - expected.height)

    assert pl.concat([expected.clear(), *(piece.collect() for piece in found.pieces)]).equals(expected)
    if found.are_outside:
        assert expected.filter(is_in_window(orders.rules).fill_null(value=True)).is_empty()


@pytest.mark.parametrize(
    ("days", "slices"),
    [([9], 1), ([9, 10], 1), ([0, 9], 2), ([11, 12], 1), ([0, 20, 39], 3), ([*range(0, 40, 7)], 0)],
)
def test_rows_outside_the_window_are_read_with_their_neighbours_alone(
    days: list[int], slices: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(failing_rows, "BLOCK", 4)
    monkeypatch.setattr(staging, "MANY", 0)
    rows = [{"order_time": LAST + timedelta(99 if number in days else 0)} for number in range(40)]

    pieces = find_failing_rows(_orders(rows), 40 - len(days)).pieces
    assert [row for piece in pieces for row in piece.collect()[ROW]] == days
    assert sum(piece.explain(optimized=False).count("SLICE") for piece in pieces) == slices


def test_the_same_rows_are_cut_out_of_joined_ones_each_time() -> None:
    numbers = pl.DataFrame({"row": range(11), "day": range(11)}, schema={"row": pl.UInt32, "day": pl.Int64})
    marks = pl.DataFrame({"row": [2, 3, 7, 8, 9, 10], "mark": [1] * 6}, schema={"row": pl.UInt32, "mark": pl.Int64})
    joined = numbers.lazy().join(marks.lazy(), on="row", how="left", maintain_order="left")

    total = cut_rows(joined, 4, 6).select(pl.col("day").sum())

    assert {total.collect(engine="streaming").item() for _ in range(200)} == {4 + 5}
