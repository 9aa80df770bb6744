"""The seeded generator: its draws, its counts, its distribution."""

from __future__ import annotations

import os
import subprocess
import sys
from hashlib import sha256
from typing import TYPE_CHECKING

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from rfm_engine.columns import STATUS
from rfm_engine.synthetic import generator
from rfm_engine.synthetic.profiles import market
from rfm_engine.synthetic.writing import write_orders
from tests.examples import examples
from tests.synthetic.made_orders import day_column, make_orders

if TYPE_CHECKING:
    from pathlib import Path

    import pytest


@settings(max_examples=examples(25), deadline=None)
@given(st.integers(1, 3_000), st.integers(1, 3_000), st.integers(0, 2**40), st.sampled_from(["second", "day"]))
def test_counts_are_exact_and_the_window_holds_whatever_the_sizes(one: int, other: int, seed: int, times: str) -> None:
    wanted = market(orders=max(one, other), customers=min(one, other), seed=seed, times=times, cancelled_percent=50)
    result = make_orders(wanted)
    assert result.height == wanted.orders
    assert result["order_id"].n_unique() == wanted.orders
    assert result.filter(pl.col(STATUS) == generator.DONE)["customer_id"].n_unique() == wanted.customers
    assert day_column(result).is_between(wanted.since, wanted.until).all()
    assert result.null_count().transpose().to_series().sum() == 0
    assert (result["order_amount"] > 0).all()


def test_a_seed_means_the_same_bytes_and_another_seed_means_others(tmp_path: Path) -> None:
    paths = [tmp_path / name for name in ("first.csv", "again.csv", "other.csv")]
    for path, seed in zip(paths, (7, 7, 8), strict=True):
        write_orders(market(orders=2_000, seed=seed), path)
    first, again, other = (path.read_bytes() for path in paths)
    assert first == again
    assert first != other


def test_the_size_of_the_blocks_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    wanted = market("national-outdoor-north")
    expected = make_orders(wanted)
    monkeypatch.setattr(generator, "BLOCK", 64)
    assert make_orders(wanted).equals(expected)


def test_the_number_of_threads_changes_nothing(tmp_path: Path) -> None:
    code = (
        "import sys, pathlib; from rfm_engine.synthetic import *; "
        "write_orders(market(orders=200_000), pathlib.Path(sys.argv[1]))"
    )
    digests = set()
    for threads in ("1", "4"):
        path = tmp_path / f"{threads}.csv"
        subprocess.run([sys.executable, "-c", code, path], check=True, env=os.environ | {"POLARS_MAX_THREADS": threads})
        digests.add(sha256(path.read_bytes()).hexdigest())
    assert len(digests) == 1
