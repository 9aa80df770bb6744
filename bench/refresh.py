"""Month after month: a run with a state after the new month, against a run of all orders and DuckDB."""

from __future__ import annotations

import os
import shutil
import sys
from typing import TYPE_CHECKING, Any

import polars as pl

from bench import machine
from bench import orders as files
from bench.contenders.answer import COLUMNS
from bench.contenders.rules import Rules
from bench.digests import digest
from bench.processes import compile_modules, measure_process

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

BEFORE, AFTER = ("2025-06-01", "2020-01-01"), ("2025-07-01", "2020-02-01")
"""The windows of the month before, and of the new month."""

RIVAL = "duckdb_query"

OLD = ((5, 1_200), (11, 1_200), (17, 10_000))
"""The first row and the most orders that come again, are corrected, come late."""

FEWEST = 200
"""Of few orders one in so many is each of these: more corrections would be taken for order lines."""

OLD_ORDERS, ALL_OLD = "old orders", "all with these"


def measure_refresh(months: int, rows: int, folder: Path, report: Callable[[str], None]) -> dict[str, Any]:
    """Return the machine and what each step took: seconds, processor seconds, peak bytes, and its answer's digest.

    The last month comes between `again before` and `refresh`. All answers of the new month are the same, or it raises.
    The last two steps are of the same month with old orders in its file, and have the same answer too.
    """
    compile_modules()
    folder.mkdir(parents=True, exist_ok=True)
    whole = files.generate(folder, months * rows)
    inputs, later = folder / "months", folder / "later"
    state, kept = folder / "state", folder / "state-before"
    for place in (inputs, later, state, kept, folder / "out"):
        shutil.rmtree(place, ignore_errors=True)
    _divide(whole, months, rows, inputs)
    os.sync()  # no step is measured while these are written to the disk
    later.mkdir()
    last = max(inputs.iterdir())
    last.rename(later / last.name)
    steps = [_measure("first, kept", inputs, folder, BEFORE), _measure("again before", inputs, folder, BEFORE)]
    shutil.copytree(state, kept)
    (later / last.name).rename(last)
    steps += [_measure(name, inputs, folder, AFTER) for name in ("refresh", "again")]
    steps += [_measure("all orders", inputs, folder, AFTER, has_state=False)]
    steps += [_measure_rival(whole, folder)]
    shutil.rmtree(state)
    kept.rename(state)
    _add_old_orders(whole, (months - 1) * rows, last)
    steps += [_measure(OLD_ORDERS, inputs, folder, AFTER), _measure(ALL_OLD, inputs, folder, AFTER, has_state=False)]
    for step in steps:
        report(
            f"{step['step']:14} {step['seconds']:8.2f} s {step['cpu']:8.2f} cpu {step['peak_bytes'] / 2**20:8,.0f} MiB"
        )
    for same in (steps[2:-2], steps[-2:]):
        if len({step["sha256"] for step in same}) > 1:
            message = f"the answers differ: {[(step['step'], step['sha256']) for step in same]}"
            raise RuntimeError(message)
    described = machine.describe_machine()
    return {"kind": "refresh", "months": months, "rows": rows, "machine": described, "steps": steps}


def _divide(whole: Path, months: int, rows: int, folder: Path) -> None:
    folder.mkdir()
    for month in range(months):
        pl.scan_parquet(whole).slice(month * rows, rows).sink_parquet(folder / f"{month:03}.parquet")


def _add_old_orders(whole: Path, height: int, month: Path) -> None:
    """Add to a month orders of the files before it: as they were, corrected, and late ones, which have other ids."""
    old, new = pl.scan_parquet(whole).head(height), month.with_suffix(".new")
    counts = [(place, min(most, height // FEWEST)) for place, most in OLD]
    again, corrected, late = (old.gather_every(height // count, place).head(count) for place, count in counts)
    corrected = corrected.with_columns(pl.col("order_amount") + 1)
    late = late.with_columns(pl.col("order_id") + "L")
    pl.concat([pl.scan_parquet(month), again, corrected, late]).sink_parquet(new)
    new.replace(month)


def _measure(
    step: str, orders: Path, folder: Path, window: tuple[str, str], *, has_state: bool = True
) -> dict[str, Any]:
    as_of, since = window
    words = ["run", "--orders", str(orders), "--name", "x", "--as-of", as_of, "--since", since, "--quiet"]
    words += ["--scheme", "quintile", "--format", "parquet", "--output", str(folder / "out"), "--no-plugins"]
    words += ["--latest-export", "rejected"]
    words += ["--state", str(folder / "state")] if has_state else []
    return _take(step, [sys.executable, "-m", "rfm_engine", *words], folder / "out" / "x" / "customers.parquet")


def _measure_rival(orders: Path, folder: Path) -> dict[str, Any]:
    output = folder / f"{RIVAL}.parquet"
    rules = Rules(as_of=AFTER[0], since=AFTER[1])
    return _take(
        RIVAL, [sys.executable, "-m", "bench.contenders", RIVAL, str(orders), str(output), rules.to_json()], output
    )


def _take(step: str, words: list[str], answer: Path) -> dict[str, Any]:
    usage = measure_process(words)
    if usage.code:
        raise RuntimeError(usage.said)
    cpu = usage.user_seconds + usage.sys_seconds
    taken = {"seconds": usage.wall_seconds, "cpu": cpu, "peak_bytes": usage.peak_bytes}
    return {"step": step, **taken, "sha256": digest(answer, COLUMNS)["sha256"]}
