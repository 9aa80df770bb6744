"""Runs that stand twice: their rows are the duplicates that a look at all rows finds, and none is looked for."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rfm_engine.orders.order_ids import duplicates
from rfm_engine.orders.order_ids.duplicates import find_duplicates
from rfm_engine.orders.staging import ROW, OrderSet, order_set
from tests.orders.rows import orders_of, rules_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    import polars as pl

    Row = dict[str, Any]

cells = st.fixed_dictionaries(
    {
        "customer_id": st.sampled_from(["c", "d", "", "guest", None]),
        "order_amount_fen": st.sampled_from([100, 200, 0, None]),
        "order_time": st.sampled_from([datetime(2025, 6, 1), datetime(2026, 6, 1), None]),
        "product_name": st.sampled_from(["tent", "", None]),
    }
)


def rising(first: int, rows: Sequence[Row]) -> list[Row]:
    return [{"order_id": f"{first + place:03}", **row} for place, row in enumerate(rows)]


def order_set_of(rows: Sequence[Row]) -> OrderSet:
    return order_set(orders_of(*rows).with_row_index(ROW), rules_of())


@st.composite
def copied(draw: st.DrawFn) -> list[Row]:
    """Return two runs, some of them several times; of one row a cell may be another."""
    runs = [
        rising(first, draw(st.lists(cells, min_size=1, max_size=4)))
        for first in draw(st.sampled_from([(0, 9), (0, 2)]))
    ]
    rows = [dict(row) for place in draw(st.lists(st.integers(0, 1), min_size=1, max_size=5)) for row in runs[place]]
    rows[draw(st.integers(0, len(rows) - 1))].update(draw(cells | st.just({})))
    return rows


@given(copied())
def test_duplicates_are_those_that_a_look_at_all_rows_finds(rows: list[Row]) -> None:
    orders = order_set_of(rows)
    found = find_duplicates(orders)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(duplicates, "find_runs", lambda _: None)
        plain = find_duplicates(orders)

    assert found.rows.sort(ROW).equals(plain.rows.sort(ROW))
    assert found.suspect_hashes.equals(plain.suspect_hashes, null_equal=True)
    assert found.all_have_ids is plain.all_have_ids


@pytest.mark.parametrize(
    ("row", "copy", "repeats"),
    [
        ({}, {}, [3, 4, 5]),
        ({"order_time": datetime(2026, 6, 1)}, {}, [3, 5]),
        ({}, {"order_amount_fen": 2}, None),
        ({}, {"product_name": "stove"}, None),
        ({"order_amount_fen": 0}, {"order_amount_fen": 2}, None),
    ],
)
def test_hashes_of_order_ids_are_compared_only_where_a_copy_of_a_run_differs(
    row: Row, copy: Row, repeats: list[int] | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    looks: list[OrderSet] = []
    whole = duplicates.suspect_hashes

    def record(orders: OrderSet) -> pl.LazyFrame:
        looks.append(orders)
        return whole(orders)

    monkeypatch.setattr(duplicates, "suspect_hashes", record)
    export = rising(0, [{}, row, {}])

    found = find_duplicates(order_set_of([*export, export[0], export[1] | copy, export[2]]))

    assert len(looks) == (0 if repeats else 1)
    assert not repeats or found.rows.rows() == [(number, False) for number in repeats]
