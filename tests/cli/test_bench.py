"""The command measures the stages of a user's file beside a scan and DuckDB."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from rfm_engine.synthetic.profiles import market
from rfm_engine.synthetic.writing import write_orders
from tests.terminal import AS_OF, done, rfm

if TYPE_CHECKING:
    from pathlib import Path

ROWS = 3_000


@pytest.fixture(scope="module")
def orders(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three thousand orders of 300 customers in eight regions."""
    return write_orders(market(orders=ROWS, customers=300), tmp_path_factory.mktemp("bench") / "orders.parquet")


def test_bench_says_what_duckdb_does_not_know(orders: Path) -> None:
    answer = done("bench", orders, *AS_OF, "--repeat", 1, "--weights", "1,1,1", "--against", "duckdb").out

    assert "duckdb: failed (DuckDB's job knows the default only of: weights)" in answer


def test_bench_refuses_an_unknown_contender_and_orders_named_twice(orders: Path) -> None:
    unknown = rfm("bench", orders, *AS_OF, "--against", "abacus")
    twice = rfm("bench", orders, *AS_OF, "--orders", orders)

    assert (unknown.code, unknown.err) == (2, "error: --against abacus: known are duckdb\n")
    assert (twice.code, twice.err) == (2, "error: name the orders as the argument, without --orders\n")
