"""`rfm-engine bench` on a user's own orders."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bench.contenders import contender
from rfm_engine.synthetic.profiles import market
from rfm_engine.synthetic.writing import write_orders
from tests.terminal import AS_OF, done, rfm

ROOT = Path(__file__).parents[2]
PEERS = [name for name in ("duckdb", "duckdb_query", "plain_polars", "pandas") if contender(name).available()]
ROWS = 3_000


@pytest.fixture(scope="module")
def orders(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three thousand orders of 300 customers in eight regions."""
    return write_orders(market(orders=ROWS, customers=300), tmp_path_factory.mktemp("bench") / "orders.parquet")


def test_bench_of_a_user_s_file_shows_stages_floor_and_contenders(orders: Path) -> None:
    words = (orders, *AS_OF, "--scheme", "quintile", "--repeat", 1, "--against", "duckdb")

    found = json.loads(done("bench", *words, "--json").out)
    printed = done("bench", orders, *AS_OF, "--repeat", 1).out

    assert found["rows"] == ROWS
    assert {"aggregate", "newest order", "write"} <= found["stages"].keys()
    assert found["seconds"] == pytest.approx(sum(stage["seconds"] for stage in found["stages"].values()))
    assert found["times_the_floor"] > 0
    assert found["against"]["duckdb"]["result"] == ("same" if "duckdb" in PEERS else "failed")
    assert "rows a second" in printed
    assert "floor (decoding the same columns once)" in printed


def test_bench_says_what_duckdb_does_not_know(orders: Path) -> None:
    answer = done("bench", orders, *AS_OF, "--repeat", 1, "--weights", "1,1,1", "--against", "duckdb").out

    assert "duckdb: failed (DuckDB's job knows the default only of: weights)" in answer


def test_bench_refuses_an_unknown_contender_and_orders_named_twice(orders: Path) -> None:
    unknown = rfm("bench", orders, *AS_OF, "--against", "abacus")
    twice = rfm("bench", orders, *AS_OF, "--orders", orders)

    assert (unknown.code, unknown.err) == (2, "error: --against abacus: known are duckdb\n")
    assert (twice.code, twice.err) == (2, "error: name the orders as the argument, without --orders\n")
