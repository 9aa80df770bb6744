"""The measurements measure what they say: answers are compared, failures show, results become tables."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from bench.comparing import Diary, Plan, compare
from bench.contenders import MODULES, contender
from bench.contenders.answer import COLUMNS
from bench.contenders.rules import Rules
from bench.digests import digest
from bench.processes import measure_process
from rfm_engine.synthetic.profiles import market
from rfm_engine.synthetic.writing import write_orders

ROOT = Path(__file__).parents[2]
PEERS = [name for name in ("duckdb", "duckdb_query", "plain_polars", "pandas") if contender(name).available()]
ROWS = 3_000


@pytest.fixture(scope="module")
def orders(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three thousand orders of 300 customers in eight regions."""
    return write_orders(market(orders=ROWS, customers=300), tmp_path_factory.mktemp("bench") / "orders.parquet")


@pytest.fixture(scope="module")
def dirty(orders: Path) -> Path:
    """The same with repeats, contradictions, gaps, refunds, strangers to the window and equal last times."""
    clean = pl.read_parquet(orders).with_columns(pl.col("order_time").dt.truncate("1d"))
    row = pl.int_range(pl.len())
    gaps = clean.with_columns(
        pl.when(row % 97 == 0).then(None).otherwise("order_id").alias("order_id"),
        pl.when(row % 89 == 0).then(None).otherwise("customer_id").alias("customer_id"),
        pl.when(row % 83 == 0).then(-pl.col("order_amount")).otherwise("order_amount").alias("order_amount"),
        pl.when(row % 79 == 0).then(datetime(2031, 1, 1)).otherwise("order_time").alias("order_time"),
    )
    other = clean.head(40).with_columns(order_amount=pl.col("order_amount") + Decimal(1))
    elsewhere = clean.slice(100, 40).with_columns(region=pl.lit("四川省"))
    path = orders.with_name("dirty.parquet")
    parts = [part.cast(clean.schema) for part in (gaps, gaps.slice(200, 300), other, elsewhere)]
    pl.concat(parts).sample(fraction=1, shuffle=True, seed=1).write_parquet(path)
    return path


def run_contender(name: str, orders: Path, folder: Path, rules: Rules | None = None) -> dict[str, Any]:
    """Run a contender in a process and return the digest of its answer."""
    output = folder / f"{name}.parquet"
    words = [sys.executable, "-m", "bench.contenders", name, str(orders), str(output), (rules or Rules()).to_json()]
    usage = measure_process(words)
    assert usage.code == 0, usage.said
    return digest(output, COLUMNS)


@pytest.mark.parametrize("name", PEERS)
@pytest.mark.parametrize("unique", [False, True])
def test_a_peer_s_answer_is_ours(name: str, unique: bool, orders: Path, tmp_path: Path) -> None:  # noqa: FBT001
    rules = Rules(unique=unique)

    assert run_contender(name, orders, tmp_path, rules) == run_contender("ours", orders, tmp_path, rules)


@pytest.mark.parametrize("name", [name for name in PEERS if name != "plain_polars"])
def test_the_exact_peers_drop_repeats_and_reject_contradictions_as_we_do(
    name: str, dirty: Path, tmp_path: Path
) -> None:
    theirs, ours = run_contender(name, dirty, tmp_path), run_contender("ours", dirty, tmp_path)

    assert theirs == ours
    assert ours["customers"] > 100


def test_an_answer_that_is_not_ours_does_not_count(dirty: Path, tmp_path: Path) -> None:
    lines: list[str] = []

    found = compare(plan(dirty, tmp_path, "plain_polars"), lines.append)["contenders"]["plain_polars"]

    assert found["outcome"] == "differs"
    assert found["times_ours"] is None
    assert len(lines) == 3  # ours twice, theirs once: it does not run again


def plan(orders: Path, folder: Path, *against: str, repeat: int = 2, timeout_seconds: float = 60) -> Plan:
    return Plan(orders, ROWS, Rules(), against, repeat, folder, timeout_seconds)


def test_a_comparison_that_was_stopped_goes_on_where_it_was(orders: Path, tmp_path: Path) -> None:
    nobody_told: list[str] = []
    lines: list[str] = []
    compare(plan(orders, tmp_path, "floor", repeat=1), nobody_told.append)

    found = compare(plan(orders, tmp_path, "floor", repeat=2), lines.append)

    assert [line.split()[3] for line in lines] == ["ours", "floor"]
    assert [row["runs"] for row in found["contenders"].values()] == [2, 2]
    assert found["contenders"]["ours"]["customers"] > 300
    assert found["contenders"]["floor"]["times_ours"] > 0


def test_contenders_that_fail_or_take_too_long_show_as_that(tmp_path: Path, orders: Path) -> None:
    slow = measure_process([sys.executable, "-c", "import time; time.sleep(60)"], 0.2)
    failed = measure_process([sys.executable, "-c", "raise SystemExit('no luck')"])

    assert slow.code < 0
    assert slow.wall_seconds < 30
    assert (failed.code, failed.said.strip()) == (1, "no luck")
    found = compare(plan(orders, tmp_path, "openretailscience", repeat=1), lambda _: None)["contenders"]
    assert found["openretailscience"]["outcome"] in {"failed", "not installed"}


def test_half_a_line_of_a_stopped_comparison_is_left_out(tmp_path: Path) -> None:
    diary = tmp_path / "diary.jsonl"
    diary.write_text('{"contender": "ours"}\n{"contender": "du', "utf-8")

    assert Diary(diary).entries == [{"contender": "ours"}]


def test_a_digest_sees_every_column_and_neither_types_nor_row_order(orders: Path, tmp_path: Path) -> None:
    answer = run_contender("ours", orders, tmp_path)
    frame, path = pl.read_parquet(tmp_path / "ours.parquet"), tmp_path / "changed.parquet"
    frame.with_columns(pl.col("monetary").cast(pl.Float64), pl.col("tier").cast(pl.String)).write_parquet(path)
    assert digest(path, COLUMNS) == answer
    frame.reverse().write_parquet(path)
    assert digest(path, COLUMNS) == answer | {"sorted": False}

    for column in COLUMNS:
        last = frame.head(-1).vstack(frame.tail(1).with_columns(pl.lit(None, frame.schema[column]).alias(column)))
        last.write_parquet(path)
        assert digest(path, COLUMNS)["sha256"] != answer["sha256"], column


def test_every_contender_has_the_face() -> None:
    for name in MODULES:
        module = contender(name)
        assert module.name == name
        assert set(module.columns) <= set(COLUMNS)
        assert isinstance(module.available(), bool)


def test_every_group_runs_on_a_few_orders() -> None:
    words = [
        "bench",
        "-o",
        "addopts=",
        "--benchmark-only",
        "--benchmark-max-time=0.1",
        "--rows",
        "500",
        "--rounds",
        "1",
        "--datasets",
        "2",
    ]
    command = [sys.executable, "-m", "pytest", *words, "-q", "-p", "no:cacheprovider"]

    alone = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}

    process = subprocess.run(command, cwd=ROOT, env=alone, capture_output=True, text=True, check=False)

    assert process.returncode == 0, process.stdout + process.stderr
