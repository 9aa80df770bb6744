"""The engine is measured beside the same work of others."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from bench.contenders import contender
from rfm_engine.synthetic.profiles import market
from rfm_engine.synthetic.writing import write_orders
from tests.terminal import AS_OF, done

if TYPE_CHECKING:
    from pathlib import Path

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
