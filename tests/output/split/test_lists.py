"""Customers are cut into lists, and none is lost."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rfm_engine.output.split import lists as module
from rfm_engine.output.split.lists import split_customers
from tests.output.split.customers import SCHEMA, customers

if TYPE_CHECKING:
    from rfm_engine.output.split.lists import Lists


def members(lists: Lists) -> dict[str, list[tuple[object, ...]]]:
    return {name: lists.customers[place].rows() for name, place in lists.slices().items()}


@given(customers(), st.integers(0, 9))
def test_lists_are_the_same_in_whatever_order_their_customers_come(table: pl.DataFrame, seed: int) -> None:
    numbered = table.with_row_index()
    shuffled = numbered.sample(fraction=1, shuffle=True, seed=seed)

    found = split_customers(shuffled, ["region"])

    expected = {str(name): part.rows() for (name,), part in shuffled.partition_by("region", as_dict=True).items()}
    assert members(found) == expected


@given(customers(), st.integers(0, 20))
def test_small_lists_and_large_ones_are_all_lists(table: pl.DataFrame, most_rows: int) -> None:
    whole = split_customers(table, ["region"])

    small, large = whole.divide(most_rows)

    assert members(small) | members(large) == members(whole)
    assert small.rows.keys() | large.rows.keys() == whole.rows.keys()
    assert all(rows <= most_rows for rows in small.rows.values())
    assert all(rows > most_rows for rows in large.rows.values())


@pytest.mark.parametrize(("batch_rows", "batches"), [(1, 4), (4, 2), (100, 1)])
def test_batches_are_of_whole_lists(batch_rows: int, batches: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "BATCH_ROWS", batch_rows)
    whole = split_customers(pl.DataFrame({"region": [*"aabbbccd"], "number": range(8)}), ["region"])

    found = list(whole.batches())

    assert len(found) == batches
    assert {name: rows for batch in found for name, rows in members(batch).items()} == members(whole)


def test_no_customers_are_no_lists() -> None:
    none = split_customers(pl.DataFrame(schema=SCHEMA), ["region"])

    assert (none.rows, none.slices(), list(none.batches())) == ({}, {}, [])
    assert all(not part.rows for part in none.divide(5))


def test_lists_of_several_columns_stand_in_nested_folders() -> None:
    table = pl.DataFrame({"region": ["x", "x", "X"], "store": ["a/b", "c", "c"]})

    assert split_customers(table, ["region", "store"]).rows == {"x/a%2Fb": 1, "x/c": 1, "%58/c": 1}
