"""Ours, theirs, ours, theirs ...: fresh processes in turn, each answer compared with ours before its time counts."""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
import sys
import time
from dataclasses import dataclass, field
from functools import cached_property
from statistics import median
from typing import TYPE_CHECKING, Any

from bench import machine
from bench.contenders import FLOOR, OURS, contender
from bench.processes import ROOT, compile_modules, measure_process

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from bench.contenders.rules import Rules

NOT_AVAILABLE = 3
COUNTS = ("counts", "floor")


@dataclass(frozen=True)
class Plan:
    """A comparison: which contenders do what job how often, and within which bounds of time.

    `pythons` names the interpreter of a contender that lives in an environment of its own. `timeout_seconds` bounds one
    process, `budget_seconds` the whole: when it is used up, what is measured so far is the result.
    """

    orders: Path
    rows: int
    rules: Rules
    against: Sequence[str]
    repeat: int
    folder: Path
    timeout_seconds: float = 1800
    budget_seconds: float = 6 * 3600
    pythons: dict[str, str] = field(default_factory=dict)
    shuffled: bool = False

    @property
    def names(self) -> list[str]:
        """The contenders in turn, ours first."""
        return [OURS, *self.against]

    @cached_property
    def machine(self) -> dict[str, Any]:
        """What it is measured on, and the digest of the engine's source, as they were at the start."""
        return machine.describe_machine()

    @cached_property
    def key(self) -> str:
        """What makes measurements comparable: the file, the job, the versions and the engine's source."""
        found = self.orders.stat()
        what = [self.orders.name, found.st_size, found.st_mtime_ns, self.rules.to_json(), self.machine]
        return hashlib.sha256(json.dumps(what).encode()).hexdigest()[:12]


class Diary:
    """What has been measured, line by line on disk, so that a comparison that was stopped goes on where it was."""

    def __init__(self, path: Path) -> None:
        self.path = path
        lines = path.read_text("utf-8").splitlines() if path.exists() else []
        self.entries: list[dict[str, Any]] = [json.loads(line) for line in lines if line.endswith("}")]

    def add(self, entry: dict[str, Any]) -> None:
        """Keep one measurement."""
        self.entries.append(entry)
        with self.path.open("a", encoding="utf-8") as file:
            file.write(json.dumps(entry) + "\n")

    def of(self, name: str) -> list[dict[str, Any]]:
        """Return the measurements of a contender."""
        return [entry for entry in self.entries if entry["contender"] == name]


def compare(plan: Plan, report: Callable[[str], None]) -> dict[str, Any]:
    """Measure, and return the result as plain values; measurements of the same plan made before are taken over."""
    compile_modules()
    (plan.folder / f"answer-{plan.key}").mkdir(parents=True, exist_ok=True)
    diary, since = Diary(plan.folder / f"compare-{plan.key}.jsonl"), time.monotonic()
    for turn in range(plan.repeat):
        for name in plan.names:
            if len(diary.of(name)) > turn or _is_hopeless(diary.of(name)):
                continue
            if time.monotonic() - since > plan.budget_seconds:
                report("the time is used up; the result is what has been measured so far")
                return result(plan, diary)
            entry = measure(plan, name, diary)
            if machine.engine_digest() != plan.machine["engine_sha256"]:
                report("the engine's source changed meanwhile; what was measured before stands, measure again")
                return result(plan, diary)
            diary.add(entry)
            report(
                f"{turn + 1} of {plan.repeat}  {name:18} {entry['outcome']:13} {entry['wall_seconds']:8.2f} s  "
                f"{entry['peak_bytes'] / 2**20:8,.0f} MiB"
            )
            if name == OURS and entry["outcome"] not in COUNTS:
                report(f"without our own answer no other can be compared: {_last_line(entry.get('said', ''))}")
                return result(plan, diary)
    return result(plan, diary)


def _is_hopeless(entries: Sequence[dict[str, Any]]) -> bool:
    """Return whether a contender need not run again: it failed, was too slow or gave another answer."""
    return any(entry["outcome"] not in COUNTS for entry in entries)


def measure(plan: Plan, name: str, diary: Diary) -> dict[str, Any]:
    """Run one contender once and look at its answer."""
    place = plan.folder / f"answer-{plan.key}"
    output = place / f"{name}.parquet"
    output.parent.mkdir(exist_ok=True)
    output.unlink(missing_ok=True)
    python = plan.pythons.get(name, sys.executable)
    start = [python, "-m", "bench.contenders", name]
    usage = measure_process([*start, str(plan.orders), str(output), plan.rules.to_json()], plan.timeout_seconds)
    entry: dict[str, Any] = {"contender": name} | usage._asdict()
    if usage.code:
        missing = measure_process([*start, "available"]).code == NOT_AVAILABLE
        late = usage.wall_seconds >= plan.timeout_seconds
        outcome = "not installed" if missing else "too slow" if late else "failed"
        return entry | {"outcome": outcome, "wall_seconds": usage.wall_seconds}
    del entry["said"]
    if name == OURS:
        record = json.loads(output.with_suffix(".json").read_text("utf-8"))
        entry |= {"stages": record["seconds"], "customers": record_customers(record)}
        shutil.rmtree(output.with_suffix(".run"))
    return entry | {"outcome": "floor"} if name == FLOOR else entry | _judge(plan, name, output, diary)


def record_customers(record: dict[str, Any]) -> int:
    """Return how many customers a run graded."""
    return sum(int(row["customers"]) for row in record["tier_counts"])


def _judge(plan: Plan, name: str, output: Path, diary: Diary) -> dict[str, Any]:
    """Return the digest of the answer, and whether it is ours in every row of the columns that the contender has."""
    columns = contender(name).columns if not plan.rules.slim else contender("openretailscience").columns
    found = _digest(output, columns)
    ours = {entry["sha256"] for entry in diary.of(OURS) if "sha256" in entry}
    same = ours <= {found["sha256"]} if name == OURS else ours == {found["sha256"]}
    outcome = "differs" if not same else "counts" if found["sorted"] else "not sorted"
    return {"outcome": outcome, "sha256": found["sha256"]}


def _digest(path: Path, columns: Sequence[str]) -> dict[str, Any]:
    """Return the digest, made in a process of its own so that this one stays small."""
    words = [sys.executable, "-m", "bench.digests", str(path), ",".join(columns)]
    done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=False)  # noqa: S603 our own words
    if done.returncode:
        return {"sha256": f"unreadable: {_last_line(done.stderr) or done.returncode}", "sorted": False}
    return dict(json.loads(done.stdout))


def result(plan: Plan, diary: Diary) -> dict[str, Any]:
    """Return medians and ratios of all contenders, as kept in `bench/results`."""
    shutil.rmtree(plan.folder / f"answer-{plan.key}", ignore_errors=True)
    rows = {name: summary(diary.of(name), plan.rows) for name in plan.names if diary.of(name)}
    base = rows.get(OURS, {}).get("wall_seconds")
    for row in rows.values():
        row["times_ours"] = row["wall_seconds"] / base if row["outcome"] in COUNTS and base else None
        row["outcome"] = "not compared" if row["outcome"] in COUNTS and not base else row["outcome"]
    return {
        "kind": "compare",
        "rows": plan.rows,
        "format": plan.orders.suffix.removeprefix("."),
        "job": {"slim": plan.rules.slim, "unique": plan.rules.unique, "shuffled": plan.shuffled, "scheme": "quintile"},
        "machine": plan.machine,
        "contenders": rows,
    }


def summary(entries: Sequence[dict[str, Any]], rows: int) -> dict[str, Any]:
    """Return one contender's medians; a failure or another answer takes the place of its time."""
    bad = next((entry for entry in entries if entry["outcome"] not in COUNTS), None)
    if bad:
        return {"outcome": bad["outcome"], "runs": len(entries), "said": _last_line(bad.get("said", ""))}
    medians = {key: median(entry[key] for entry in entries) for key in ("wall_seconds", "user_seconds", "sys_seconds")}
    found = {
        "outcome": entries[0]["outcome"],
        "runs": len(entries),
        **medians,
        "fastest_seconds": min(entry["wall_seconds"] for entry in entries),
        "slowest_seconds": max(entry["wall_seconds"] for entry in entries),
        "peak_bytes": max(entry["peak_bytes"] for entry in entries),
        "rows_per_second": rows / medians["wall_seconds"],
    }
    found |= {key: entries[0][key] for key in ("sha256", "customers") if key in entries[0]}
    if "stages" in entries[0]:
        stages = entries[0]["stages"]
        found["stages"] = {stage: median(entry["stages"].get(stage, 0.0) for entry in entries) for stage in stages}
    return found


def _last_line(said: str) -> str:
    """Return the last line of what a process said, without the paths of the machine."""
    lines = [line for line in said.splitlines() if line.strip()]
    return " ".join(word if "/" not in word else "..." for word in lines[-1].split()) if lines else ""
