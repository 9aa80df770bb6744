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
    part: dict[Any, Any], customers: dict[Any, Any], searched: int
) -> None:
    keys, known = sorted(customers), sorted(part)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(places, "SEARCHED", searched)
        found = find_places(make_part(part), make_part(customers).select("region", "customer_id"))

    if found is None:
        assert any("\0" in text for key in (*keys, *known) for text in key)
        return
    assert found.row.to_list() == [bisect_left(known, key) for key in keys]
    assert found.is_there.to_list() == [key in part for key in keys]


@given(st.lists(st.integers(0, 9), min_size=1), st.lists(st.tuples(st.integers(0, 9), st.integers(10, 99))))
def test_a_number_is_put_before_that_at_its_place(numbers: list[int], more: list[tuple[int, int]]) -> None:
    new = sorted((min(place, len(numbers)), number) for place, number in more)
    expected = numbers.copy()
    for place, number in reversed(new):
        expected.insert(place, number)

    added = [pl.Series([one[part] for one in new], dtype=pl.Int64) for part in (0, 1)]
    assert insert(pl.Series(numbers, dtype=pl.Int64), *added).to_list() == expected
