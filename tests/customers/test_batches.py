"""Lists that do not fit into memory together are graded batch by batch: which make up a batch."""

from __future__ import annotations

from itertools import pairwise

import polars as pl
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from rfm_engine.customers import batches
from rfm_engine.customers.batches import BATCH_ROWS, MOST_BATCHES, ORDER_BYTES, batch_rows, split_lists
from rfm_engine.system.spill import MEMORY
from tests.engine import order_set_by


@example([None, None], 1)
@example(["a", None], 2)
@given(st.lists(st.sampled_from([*"abcdef", "", None]), max_size=40), st.integers(1, 20))
def test_each_order_with_a_list_is_in_one_batch_and_each_batch_as_full_as_its_lists_allow(
    regions: list[str | None], most: int
) -> None:
    orders = order_set_by(["region"], pl.LazyFrame({"region": pl.Series(regions, dtype=pl.String)}), len(regions))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(batches, "BATCH_ROWS", most)
        found = split_lists(orders)

    if len(regions) <= most or {*regions} <= {None}:
        assert found == [None]
        return
    rows = [sorted(each for each in regions if each in (lists or [])) for lists in found]
    assert [each for batch in rows for each in batch] == sorted(each for each in regions if each is not None)
    assert all(len(batch) <= most or len({*batch}) == 1 for batch in rows)
    assert all(len(batch) + after.count(after[0]) > most for batch, after in pairwise(rows))


def test_one_list_is_one_batch() -> None:
    assert split_lists(order_set_by([], pl.LazyFrame({"region": ["a", "b"]}), BATCH_ROWS + 1)) == [None]


@pytest.mark.parametrize(
    ("megabytes", "rows", "expected"),
    [
        (None, 10**9, BATCH_ROWS),
        ("10000", 10**9, 10**10 // ORDER_BYTES),
        ("6000", 10**9, 10**8),
        ("1", 10**9, 10**9 // MOST_BATCHES),
        ("plenty", 10**9, BATCH_ROWS),
    ],
)
def test_the_memory_budget_decides_how_many_orders_make_a_batch(
    megabytes: str | None, rows: int, expected: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(MEMORY, raising=False)
    if megabytes is not None:
        monkeypatch.setenv(MEMORY, megabytes)

    assert batch_rows(rows) == expected


def test_a_budget_for_few_orders_bounds_the_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    orders = pl.LazyFrame({"region": [*"abcdefgh"] * 8})
    monkeypatch.setenv(MEMORY, "0")

    assert len(split_lists(order_set_by(["region"], orders, 64))) == 8
    assert len(split_lists(order_set_by(["region"], orders, 16 * MOST_BATCHES))) == 4
