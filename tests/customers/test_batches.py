"""Lists that do not fit into memory together are graded share by share: which make up a share."""

from __future__ import annotations

from itertools import pairwise

import polars as pl
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from rfm_engine.customers import batches as sharing
from rfm_engine.customers.batches import BATCH_ROWS, MOST_BATCHES, ORDER_BYTES, batch_filters, batch_rows
from rfm_engine.system.spill import MEMORY


@example([None, None], 1)
@example(["a", None], 2)
@given(st.lists(st.sampled_from([*"abcdef", "", None]), max_size=40), st.integers(1, 20))
def test_each_order_with_a_list_is_in_one_share_and_each_share_as_full_as_its_lists_allow(
    lists: list[str | None], most: int
) -> None:
    orders = pl.LazyFrame({"region": pl.Series(lists, dtype=pl.String)})
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sharing, "BATCH_ROWS", most)
        found = batch_filters(orders, ("region",), len(lists))

    told = [orders.filter(share).collect()["region"].sort().to_list() for share in found]
    if len(lists) <= most or {*lists} <= {None}:
        assert len(told) == 1
        assert sorted(map(str, told[0])) == sorted(map(str, lists))
        return
    assert [each for share in told for each in share] == sorted(each for each in lists if each is not None)
    assert all(len(share) <= most or len({*share}) == 1 for share in told)
    assert all(len(share) + after.count(after[0]) > most for share, after in pairwise(told))


def test_one_list_is_one_share() -> None:
    assert len(batch_filters(pl.LazyFrame({"region": ["a", "b"]}), (), BATCH_ROWS + 1)) == 1


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
def test_the_memory_budget_decides_how_many_orders_make_a_share(
    megabytes: str | None, rows: int, expected: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(MEMORY, raising=False)
    if megabytes is not None:
        monkeypatch.setenv(MEMORY, megabytes)

    assert batch_rows(rows) == expected


def test_a_budget_for_few_orders_bounds_the_shares(monkeypatch: pytest.MonkeyPatch) -> None:
    orders = pl.LazyFrame({"region": [*"abcdefgh"] * 8})
    monkeypatch.setenv(MEMORY, "0")

    assert len(batch_filters(orders, ("region",), 64)) == 8
    assert len(batch_filters(orders, ("region",), 16 * MOST_BATCHES)) == 4
