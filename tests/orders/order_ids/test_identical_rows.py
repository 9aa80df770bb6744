"""Ids and rows that may be the same as another."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rfm_engine.orders.order_ids.identical_rows import list_repeated, may_repeat

if TYPE_CHECKING:
    from collections.abc import Callable

IDS = st.lists(st.text("ab", max_size=3))


def count_repeated(ids: list[str]) -> list[str]:
    return sorted(each for each, times in Counter(ids).items() if times > 1)


@given(IDS)
def test_the_repeated_ids_are_those_counted_more_than_once(ids: list[str]) -> None:
    assert list_repeated(pl.Series("id", ids, dtype=pl.String)).sort().to_list() == count_repeated(ids)


@given(IDS, st.sampled_from([lambda _: 7, len]))
def test_ids_that_share_a_hash_are_counted(ids: list[str], shared_hash: Callable[[str], int]) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pl.Series, "hash", lambda ids: pl.Series([shared_hash(each) for each in ids], dtype=pl.UInt64))
        assert list_repeated(pl.Series("id", ids, dtype=pl.String)).sort().to_list() == count_repeated(ids)


def test_each_id_that_stands_there_twice_may_repeat() -> None:
    assert may_repeat(pl.Series("id", ["b", "a", "b"])).to_list() == [True, False, True]
