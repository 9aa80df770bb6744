"""The measurements measure what they say: answers are compared, failures show, results become tables."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from bench import tables
from bench.comparing import Diary, Plan, compare
from bench.contenders import MODULES, contender
from bench.contenders.answer import COLUMNS
from bench.contenders.rules import Rules
from bench.digests import digest
from bench.plot import plot
from bench.processes import measure_process
from rfm_engine.benchmark import duckdb_sql
from rfm_engine.grading.policies import Abcd
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


def test_the_rival_s_tiers_are_the_default_policy_s() -> None:
    ours = [(tier.name, tier.contacts, tier.focus) for tier in Abcd().tier_table()]

    rows = [
        (name, contacts and (contacts.contacts_min, contacts.contacts_max, contacts.every_months), focus)
        for name, contacts, focus in ours
    ]
    assert rows == [(name, (few, many, months), focus) for name, _, few, many, months, focus in duckdb_sql.CADENCES]


@pytest.mark.parametrize("months", [1, 3, 6, 12, 25])
def test_the_rival_counts_months_as_polars_does(months: int) -> None:
    days = pl.date_range(date(2023, 12, 1), date(2025, 1, 31), eager=True)

    assert [duckdb_sql.months_later(day, months) for day in days] == days.dt.offset_by(f"{months}mo").to_list()


def result(seconds: float, rows: int = 1_000_000) -> dict[str, Any]:
    figures = {"wall_seconds": seconds, "rows_per_second": rows / seconds, "peak_bytes": 2**30, "times_ours": 1.0}
    ours = figures | {"outcome": "counts", "stages": {"aggregate": seconds / 2}}
    machine = {"versions": {"polars": "2.1.0"}, "processor": None, "system": "Linux", "cores": 2}
    job = {"slim": False, "unique": False}
    contenders = {"ours": ours, "pandas": {"outcome": "failed", "times_ours": None}}
    return {"rows": rows, "format": "parquet", "job": job, "machine": machine, "contenders": contenders}


def test_the_table_takes_the_place_between_the_comments_and_shows_failures() -> None:
    text = f"before\n{tables.BEGIN}\nold\n{tables.END}\nafter\n"

    changed = tables.replace_region(text, tables.table([result(2.0)]))

    assert changed.startswith(f"before\n{tables.BEGIN}\n| orders")
    assert changed.endswith(f"{tables.END}\nafter\n")
    assert "| orders | job | rfm-engine | pandas |\n| ---: | --- | --- | --- |\n" in changed
    assert "| 1,000,000 | exact, parquet | **0.50 M/s** 2.00 s, 1.07 GB | failed |\n" in changed
    assert tables.replace_region(changed, tables.table([result(2.0)])) == changed


def test_a_peer_s_cell_tells_how_many_times_as_long_it_takes_and_the_floor_s_how_often_it_fits() -> None:
    found = result(2.0)
    row = found["contenders"]["ours"]
    found["contenders"]["duckdb"] = row | {"wall_seconds": 3.0, "times_ours": 1.5}
    found["contenders"]["floor"] = row | {"wall_seconds": 0.5, "times_ours": 0.25}

    lines = tables.table([found, result(2.0)]).splitlines()

    assert "| **1.50 times** 3.00 s, 1.07 GB | failed | **4.0 of them** 0.50 s, 1.07 GB |" in lines[2]
    assert lines[3].endswith("|  | failed |  |")


def test_what_got_slower_is_named() -> None:
    lines, worse = tables.slower(result(1.0), result(1.5))
    same, not_worse = tables.slower(result(1.0), result(1.01))

    assert worse
    assert [line.split()[-1] for line in lines if line.startswith("ours: aggregate")] == ["slower"]
    assert not not_worse
    assert not any(line.endswith("slower") for line in same)


def test_the_plot_has_a_curve_with_its_exponent() -> None:
    curves = tables.curves([result(1.0), result(20.0, 10_000_000)])

    svg = plot(curves)

    assert svg.count("<circle") == 2
    assert "rfm-engine (rows^1.30)" in svg


def test_bench_of_a_user_s_file_tells_stages_floor_and_rivals(orders: Path) -> None:
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


def test_bench_says_what_a_rival_does_not_know(orders: Path) -> None:
    answer = done("bench", orders, *AS_OF, "--repeat", 1, "--weights", "1,1,1", "--against", "duckdb").out

    assert "duckdb: failed (DuckDB's job knows the default only of: weights)" in answer


def test_bench_refuses_an_unknown_rival_and_orders_named_twice(orders: Path) -> None:
    unknown = rfm("bench", orders, *AS_OF, "--against", "abacus")
    twice = rfm("bench", orders, *AS_OF, "--orders", orders)

    assert (unknown.code, unknown.err) == (2, "error: --against abacus: known are duckdb\n")
    assert (twice.code, twice.err) == (2, "error: name the orders as the argument, without --orders\n")


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
