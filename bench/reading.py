"""What readers of a finished run wait for: report, compare and plan, each as a fresh process, beyond start-up."""

from __future__ import annotations

import shutil
import sys
from statistics import median
from typing import TYPE_CHECKING, Any, Final

import polars as pl

from bench import machine
from bench.processes import compile_modules, measure_process

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from bench.processes import Usage

AIM: Final = 1.0
"""How many seconds beyond start-up a command may take on 203,488 customers."""

ORDERS_EACH: Final = 9
OLD, NEW = "2025-06-01", "2025-07-01"
RULES: Final = ("--since", "2020-01-01", "--scheme", "quintile", "--by", "region", "--name", "orders", "--quiet")
MOVEMENT, PLAN = f"orders.movement/{OLD}_to_{NEW}/movement.parquet", "orders.plan/2025-07/plan.parquet"
REPORT: Final = "orders.report.html"
PAGE_END: Final = b"</html>"


def measure_reading(customers: int, repeat: int, folder: Path, report: Callable[[str], None]) -> dict[str, Any]:
    """Return the medians of start-up (`--help`) and of each command, in wall and processor seconds.

    The commands run in turn on two runs of generated orders, a month apart.

    Raises:
        RuntimeError: A command fails, or what it wrote lacks a customer.
    """
    compile_modules()
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    old, new = _make_runs(customers, folder)
    commands = {
        "start-up": ["--help"],
        "report": ["report", str(new)],
        "compare": ["compare", str(old), str(new)],
        "plan": ["plan", str(new)],
    }
    rounds = [{name: _run(words) for name, words in commands.items()} for _ in range(repeat)]
    check_files(old, new)
    shutil.rmtree(folder)
    taken = {name: _take_medians([each[name] for each in rounds]) for name in commands}
    report(str(taken))
    described = machine.describe_machine()
    return {"kind": "reading", "customers": customers, "repeat": repeat, "machine": described, "commands": taken}


def _make_runs(customers: int, folder: Path) -> tuple[Path, Path]:
    orders = folder / "orders.parquet"
    counts = ["--orders", str(customers * ORDERS_EACH), "--customers", str(customers)]
    _run(["generate", str(orders), *counts, "--regions", "8"])
    for day in (OLD, NEW):
        _run(["run", "--orders", str(orders), *RULES, "--as-of", day, "--output", str(folder / day)])
    return folder / OLD / "orders", folder / NEW / "orders"


def _run(words: list[str]) -> Usage:
    usage = measure_process([sys.executable, "-m", "rfm_engine", *words])
    if usage.code:
        raise RuntimeError(usage.said)
    return usage


def check_files(old: Path, new: Path) -> None:
    """Check that the page is whole, and that movement and plan have every customer of the runs.

    Raises:
        RuntimeError: Some of them are not whole; the message names them.
    """
    before, after = (pl.read_csv(run / "customers.csv", infer_schema=False) for run in (old, new))
    keys = pl.concat([before, after]).select("region", "customer_id").unique().height
    moved, planned = (pl.read_parquet(new.parent / name) for name in (MOVEMENT, PLAN))
    checks = {
        REPORT: (new.parent / REPORT).read_bytes().rstrip().endswith(PAGE_END),
        MOVEMENT: moved.height == keys,
        PLAN: planned["customer_id"].n_unique() == after["customer_id"].n_unique(),
    }
    if faults := [name for name, holds in checks.items() if not holds]:
        message = f"not whole: {', '.join(faults)}"
        raise RuntimeError(message)


def _take_medians(usages: list[Usage]) -> dict[str, float]:
    return {
        "wall_seconds": median(each.wall_seconds for each in usages),
        "processor_seconds": median(each.user_seconds + each.sys_seconds for each in usages),
    }


def reading_table(found: dict[str, Any]) -> str:
    """Return the README's table of what readers wait for."""
    lines = ["| command | customers | beyond start-up, wall | processor |", "| --- | ---: | ---: | ---: |"]
    start, *commands = found["commands"].items()
    for name, taken in commands:
        wall, processor = (taken[unit] - start[1][unit] for unit in ("wall_seconds", "processor_seconds"))
        lines.append(f"| `{name}` | {found['customers']:,} | {wall:.2f} s | **{processor:.2f} s** |")
    note = f"Medians of {found['repeat']} whole processes, less the {start[1]['wall_seconds']:.2f} s of `--help`."
    load = f" {found['note']}" if found.get("note") else ""
    return "\n".join([*lines, "", f"{note} The aim is {AIM:.0f} s at most.{load}"])
