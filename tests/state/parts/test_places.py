"""Customers are found in a part where they stand, or would stand."""

from __future__ import annotations

from bisect import bisect_left
from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rfm_engine.state.parts import places
from rfm_engine.state.parts.places import find_places, insert
from tests.state.parts.rows import ROWS, make_part


@given(ROWS.filter(bool), ROWS, st.integers(1, 4))
def test_a_customer_is_found_before_the_first_that_is_no_less(
    part: dict[Any, Any], customers: dict[Any, Any], together: int
) -> None:
    keys, known = sorted(customers), sorted(part)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(places, "TOGETHER", together)
        found = find_places(make_part(part), make_part(customers).select("region", "customer_id"))

    assert found.row.to_list() == [bisect_left(known, key) for key in keys]
    assert found.is_there.to_list() == [key in part for key in keys]


@given(ROWS.filter(bool), ROWS)
def test_one_list_of_all_is_searched_as_a_whole(part: dict[Any, Any], customers: dict[Any, Any]) -> None:
    part, customers = ({("n", key): row for (_, key), row in rows.items()} for rows in (part, customers))
    keys, known = sorted(customers), sorted(part)

    found = find_places(make_part(part).drop("region"), make_part(customers).select("customer_id"))

    assert found.row.to_list() == [bisect_left(known, key) for key in keys]
    assert found.is_there.to_list() == [key in part for key in keys]


@given(ROWS.filter(bool), ROWS)
def test_lists_of_two_columns_are_told_apart_by_both(part: dict[Any, Any], customers: dict[Any, Any]) -> None:
    columns = (pl.lit("r").alias("region"), pl.col("region").alias("store_code"), pl.exclude("region"))
    keys, known = sorted(customers), sorted(part)

    found = find_places(make_part(part).select(columns), make_part(customers).select(columns))

    assert found.row.to_list() == [bisect_left(known, key) for key in keys]
    assert found.is_there.to_list() == [key in part for key in keys]


def test_among_more_than_ten_lists_that_are_searched_together_each_customer_is_in_the_own_one() -> None:
    row = (1, 1, (1, "a", "tent"))
    part = make_part({(f"{number:02}", one): row for number in range(12) for one in "ac"})
    customers = make_part({(f"{number:02}", one): row for number in range(13) for one in "bc"})

    found = find_places(part, customers)

    assert found.row.to_list() == [2 * number + 1 for number in range(12) for _ in "bc"] + [24, 24]
    assert found.is_there.to_list() == [False, True] * 12 + [False, False]


@given(st.lists(st.integers(0, 9), min_size=1), st.lists(st.tuples(st.integers(0, 9), st.integers(10, 99))))
def test_a_number_is_put_before_that_at_its_place(numbers: list[int], more: list[tuple[int, int]]) -> None:
    new = sorted((min(place, len(numbers)), number) for place, number in more)
    expected = numbers.copy()
    for place, number in reversed(new):
        expected.insert(place, number)

    where, added = (
        pl.Series([one[part] for one in new], dtype=kind) for part, kind in enumerate((pl.Int64, pl.UInt32))
    )
    found = insert(pl.Series(numbers, dtype=pl.UInt32), where, added)
    assert found.equals(pl.Series(expected, dtype=pl.UInt32), check_dtypes=True)
