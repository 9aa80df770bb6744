"""From results to the README's table, the plot, and what got slower."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from bench import tables
from bench.contenders import contender
from bench.plot import plot

ROOT = Path(__file__).parents[2]
PEERS = [name for name in ("duckdb", "duckdb_query", "plain_polars", "pandas") if contender(name).available()]
ROWS = 3_000


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


def test_a_peer_s_cell_shows_how_many_times_as_long_it_takes_and_the_floor_s_how_often_it_fits() -> None:
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
