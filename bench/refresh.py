"""Month after month: a run with a state after the new month, against a run of all orders and DuckDB."""

from __future__ import annotations

import shutil
import sys
from statistics import median
from typing import TYPE_CHECKING, Any

import polars as pl

from bench import machine
from bench import orders as files
from bench.contenders.answer import COLUMNS
from bench.contenders.rules import Rules
from bench.digests import digest
from bench.processes import compile_modules, measure_process

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

BEFORE, AFTER = ("2025-06-01", "2020-01-01"), ("2025-07-01", "2020-02-01")
"""The windows of the month before, and of the new month."""

RIVALS = ("duckdb_query", "duckdb")
"""DuckDB by the best query of a user, and given our proofs."""

OLD = ((5, 1_200), (11, 1_200), (17, 10_000))
"""The first row and the most orders that come again, are corrected, come late."""

FEWEST = 200
"""Of few orders one in so many is each of these: more corrections would be taken for order lines."""

MONTHS, STATE, STATE_BEFORE = "months", "state", "state-before"

OLD_ORDERS, ALL_OLD = "old orders", "all with these"


def measure_refresh(  # noqa: PLR0913 what is measured, and where
    months: int,
    rows: int,
    folder: Path,
    report: Callable[[str], None],
    *,
    customers: int | None = None,
    repeat: int = 1,
) -> dict[str, Any]:
    """Return the machine and what each step took: seconds, processor seconds, peak bytes, and its answer's digest.

    The last month comes between `again before` and `refresh`. From there on each step is taken so many times, in turn,
    and the medians are given. All answers of the new month are the same, or it raises. The last two steps are of the
    same month with old orders in its file, are taken once, and have the same answer too.
    """
    compile_modules()
    folder.mkdir(parents=True, exist_ok=True)
    whole = files.generate(folder, months * rows, customers=customers)
    last = _lay_out_months(whole, months, rows, folder)
    before = _measure_months_before(folder)
    last.rename(folder / MONTHS / last.name)
    rounds = [_measure_new_month(whole, folder) for _ in range(repeat)]
    old = _measure_old_orders(whole, (months - 1) * rows, folder / MONTHS / last.name, folder)
    steps = [*before, *map(_take_medians, zip(*rounds, strict=True)), *old]
    for step in steps:
        report(
            f"{step['step']:14} {step['seconds']:8.2f} s {step['cpu']:8.2f} cpu {step['peak_bytes'] / 2**20:8,.0f} MiB"
        )
    for same in ([step for each in rounds for step in each], old):
        _refuse_other_answers(same)
    described = machine.describe_machine()
    found = {"kind": "refresh", "months": months, "rows": rows, "customers": customers, "repeat": repeat}
    return found | {"machine": described, "steps": steps}


def _lay_out_months(whole: Path, months: int, rows: int, folder: Path) -> Path:
    """Write a file for each month, and return the last, which waits in a folder of its own."""
    inputs, later = folder / MONTHS, folder / "later"
    for place in (inputs, later, folder / STATE, folder / STATE_BEFORE, folder / "out"):
        shutil.rmtree(place, ignore_errors=True)
    _divide(whole, months, rows, inputs)
    later.mkdir()
    last = max(inputs.iterdir())
    return last.rename(later / last.name)


def _measure_months_before(folder: Path) -> list[dict[str, Any]]:
    """Measure the months before, and keep their state."""
    steps = [_measure("first, kept", folder, BEFORE), _measure("again before", folder, BEFORE)]
    shutil.copytree(folder / STATE, folder / STATE_BEFORE)
    return steps


def _measure_new_month(whole: Path, folder: Path) -> list[dict[str, Any]]:
    """Measure the last month, which has come, from the state of before, and what else grades its orders."""
    _set_state_back(folder)
    steps = [_measure(name, folder, AFTER) for name in ("refresh", "again")]
    steps.append(_measure("all orders", folder, AFTER, has_state=False))
    return [*steps, *(_measure_rival(name, whole, folder) for name in RIVALS)]


def _set_state_back(folder: Path) -> None:
    shutil.rmtree(folder / STATE)
    shutil.copytree(folder / STATE_BEFORE, folder / STATE)


def _take_medians(steps: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Return one step that was taken several times."""
    return steps[0] | {name: median(step[name] for step in steps) for name in ("seconds", "cpu", "peak_bytes")}


def _measure_old_orders(whole: Path, height: int, last: Path, folder: Path) -> list[dict[str, Any]]:
    """Measure the last month again, with orders in its file that came before, from the state of before."""
    _set_state_back(folder)
    _add_old_orders(whole, height, last)
    return [_measure(OLD_ORDERS, folder, AFTER), _measure(ALL_OLD, folder, AFTER, has_state=False)]


def _refuse_other_answers(steps: Sequence[dict[str, Any]]) -> None:
    if len({step["sha256"] for step in steps}) > 1:
        message = f"the answers differ: {[(step['step'], step['sha256']) for step in steps]}"
        raise RuntimeError(message)


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


def _measure(step: str, folder: Path, window: tuple[str, str], *, has_state: bool = True) -> dict[str, Any]:
    as_of, since = window
    words = ["run", "--orders", str(folder / MONTHS), "--name", "x", "--as-of", as_of, "--since", since, "--quiet"]
    words += ["--scheme", "quintile", "--format", "parquet", "--output", str(folder / "out"), "--no-plugins"]
    words += ["--latest-export", "rejected"]
    words += ["--state", str(folder / STATE)] if has_state else []
    return _take(step, [sys.executable, "-m", "rfm_engine", *words], folder / "out" / "x" / "customers.parquet")


def _measure_rival(name: str, orders: Path, folder: Path) -> dict[str, Any]:
    output, rules = folder / f"{name}.parquet", Rules(as_of=AFTER[0], since=AFTER[1])
    words = [sys.executable, "-m", "bench.contenders", name, str(orders), str(output), rules.to_json()]
    return _take(name, words, output)


def _take(step: str, words: list[str], answer: Path) -> dict[str, Any]:
    usage = measure_process(words)
    if usage.code:
        raise RuntimeError(usage.said)
    cpu = usage.user_seconds + usage.sys_seconds
    taken = {"seconds": usage.wall_seconds, "cpu": cpu, "peak_bytes": usage.peak_bytes}
    return {"step": step, **taken, "sha256": digest(answer, COLUMNS)["sha256"]}
