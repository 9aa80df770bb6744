"""Measure the engine on a user's own orders: seconds and memory of each stage, beside the floor and DuckDB.

Every measurement is a fresh process, so that none profits from what another left in memory.
"""

# ruff: noqa: PLC0415 a process imports what it measures, and nothing else

from __future__ import annotations

import mmap
import threading
import time
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass, field
from importlib import import_module
from multiprocessing import get_context
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, Final, Self

from rfm_engine.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from rfm_engine.config.job import Job

PERIOD_SECONDS: Final = 0.005
PAGE_BYTES: Final = mmap.PAGESIZE
STATM: Final = Path("/proc/self/statm")
STATUS: Final = Path("/proc/self/status")
CONTENDERS: Final = ("duckdb",)


@dataclass(frozen=True)
class Measurement:
    """One run in a process of its own, without the process's start.

    `peaks` holds the resident bytes at the height of each stage; it is empty where the system has no /proc.
    """

    rows: int
    customers: int
    stages: dict[str, float]
    peaks: dict[str, int]
    peak_bytes: int
    sources: dict[str, dict[str, str]] = field(default_factory=dict)

    @property
    def seconds(self) -> float:
        """All stages together."""
        return sum(self.stages.values())


class MemoryWatch:
    """Follows this process's resident memory from a thread while the body of the `with` runs."""

    def __init__(self) -> None:
        self.seen: list[tuple[float, int]] = []
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._follow, daemon=True)

    def __enter__(self) -> Self:
        self.since = time.perf_counter()
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def _follow(self) -> None:
        while STATM.exists() and not self._over.wait(PERIOD_SECONDS):
            resident = int(STATM.read_text("ascii").split()[1]) * PAGE_BYTES
            self.seen.append((time.perf_counter() - self.since, resident))

    def peaks(self, stages: dict[str, float]) -> dict[str, int]:
        """Return the most resident bytes seen in each stage, the stages one after the other."""
        found: dict[str, int] = {}
        start = 0.0
        for stage, seconds in stages.items():
            within = [resident for moment, resident in self.seen if start <= moment <= start + seconds]
            found |= {stage: max(within)} if within else {}
            start += seconds
        return found


def peak_bytes() -> int:
    """Return the most memory this process ever held (not, as `getrusage`, its parent's); 0 without /proc."""
    if not STATUS.exists():
        return 0
    status = dict(line.split(":", 1) for line in STATUS.read_text("utf-8").splitlines())
    return int(status["VmHWM"].split()[0]) * 1024


def measure_engine(job: Job, folder: Path) -> Measurement:
    """Run the engine once in this process, Parquet out."""
    import polars as pl

    from rfm_engine import pipeline
    from rfm_engine.output import writer as results

    with MemoryWatch() as watch:
        run = pipeline.run(job)
        since = time.perf_counter()
        results.write(run, job, results.OutputOptions(folder, ("parquet",)))
        stages = run.seconds | {"write": time.perf_counter() - since}
    (folder / job.dataset.name / "customers.parquet").replace(folder / "ours.parquet")
    customers = int(run.customers.select(pl.len()).collect().item())
    return Measurement(run.ledger.read, customers, stages, watch.peaks(stages), peak_bytes(), run.inputs.source.mapping)


def scan_floor(sources: dict[str, dict[str, str]]) -> float | None:
    """Return the seconds of scanning and decoding the columns in use once; None for a format without a plain scan."""
    import_module("polars")  # its start is not the floor's
    since = time.perf_counter()
    try:
        for path, mapping in sources.items():
            decode_columns([Path(path)], list(mapping.values()))
    except UsageError:
        return None
    return time.perf_counter() - since


def decode_columns(paths: Sequence[Path], columns: Sequence[str]) -> None:
    """Decode every value of the columns that a file has, and keep none.

    Raises:
        UsageError: A format that has no plain scan.
    """
    import polars as pl

    scans: dict[str, Callable[[Path], pl.LazyFrame]] = {
        ".parquet": pl.scan_parquet,
        ".csv": lambda path: pl.scan_csv(path, infer_schema=False),
        ".ndjson": pl.scan_ndjson,
        ".arrow": pl.scan_ipc,
    }
    for path in paths:
        if path.suffix not in scans:
            message = f"{path}: no floor for this format (known: {', '.join(scans)})"
            raise UsageError(message)
        scan = scans[path.suffix](path)
        present = [name for name in columns if name in scan.collect_schema().names()]
        scan.select(pl.col(present).null_count()).collect(engine="streaming")


def measure_duckdb(job: Job, sources: dict[str, dict[str, str]], folder: Path) -> dict[str, Any]:
    """Run DuckDB once in this process; `same` says whether its answer is ours, whole."""
    from rfm_engine.benchmark.duckdb_job import answers_match, orders_relation, translate_rules

    rules, by_region = translate_rules(job)
    import duckdb as engine

    from rfm_engine.benchmark.duckdb_sql import write_answer

    since = time.perf_counter()
    with engine.connect() as connection:
        connection.execute(f"set temp_directory = '{folder / 'spill'}'")
        write_answer(
            connection, orders_relation(connection, sources, by_region=by_region), folder / "duckdb.parquet", rules
        )
    seconds, peak = time.perf_counter() - since, peak_bytes()
    return {"seconds": seconds, "peak_bytes": peak, "same": answers_match(folder, by_region=by_region)}


def in_new_process(work: Callable[..., Any], *given: object) -> Any:  # noqa: ANN401 what the work returns
    """Return what a function returns in a process of its own."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn"), max_tasks_per_child=1) as process:
        return process.submit(work, *given).result()


def bench(job: Job, repeat: int, against: Sequence[str], report: Callable[[str], None]) -> dict[str, Any]:
    """Measure the engine, the floor and the contenders in turn, `repeat` times; return the medians as plain values.

    Raises:
        UsageError: An unknown contender, or what `run` refuses.
    """
    if unknown := [name for name in against if name not in CONTENDERS]:
        message = f"--against {', '.join(unknown)}: known are {', '.join(CONTENDERS)}"
        raise UsageError(message)
    runs, floors, others = [], [], []
    with TemporaryDirectory(prefix="rfm-engine-bench-") as name:
        folder = Path(name)
        for turn in range(1, repeat + 1):
            report(f"{turn} of {repeat}: rfm-engine")
            runs.append(in_new_process(measure_engine, job, folder))
            report(f"{turn} of {repeat}: the floor")
            floors.append(in_new_process(scan_floor, runs[-1].sources))
            for other in against:
                report(f"{turn} of {repeat}: {other}")
                others.append(_measure_contender(measure_duckdb, job, runs[-1].sources, folder))
    return summarize_engine(runs, floors) | {"against": {name: summarize_contender(others) for name in against}}


def _measure_contender(work: Callable[..., Any], *given: object) -> dict[str, Any]:
    """Return what a contender took, or why it failed; a failure does not stop the others."""
    try:
        return dict(in_new_process(work, *given))
    except Exception as error:  # noqa: BLE001 whatever a contender raises is its result
        return {"failed": str(error) or type(error).__name__}


def summarize_engine(runs: Sequence[Measurement], floors: Sequence[float | None]) -> dict[str, Any]:
    """Return the medians of the runs, as plain values for a table or JSON."""
    seconds, first = median(run.seconds for run in runs), runs[0]
    lowest = median(known) if (known := [value for value in floors if value is not None]) else None
    stages = {
        stage: {
            "seconds": median(run.stages[stage] for run in runs),
            "peak_bytes": max((run.peaks.get(stage, 0) for run in runs), default=0) or None,
        }
        for stage in first.stages
    }
    return {
        "rows": first.rows,
        "customers": first.customers,
        "repeat": len(runs),
        "seconds": seconds,
        "rows_per_second": first.rows / seconds,
        "peak_bytes": max(run.peak_bytes for run in runs) or None,
        "stages": stages,
        "floor_seconds": lowest,
        "times_the_floor": seconds / lowest if lowest else None,
        "runs": [asdict(run) | {"sources": None} for run in runs],
    }


def summarize_contender(results: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Return a contender's medians; one failure or another answer stands in their place."""
    if failed := next((result["failed"] for result in results if "failed" in result), None):
        return {"result": "failed", "reason": failed}
    found: dict[str, Any] = {"result": "same" if all(result["same"] for result in results) else "differs"}
    return found | {key: median(result[key] for result in results) for key in ("seconds", "peak_bytes")}
