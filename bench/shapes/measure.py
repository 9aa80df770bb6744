"""Each shape measured: the engine and DuckDB's plain SQL in turn, as whole processes; a wrong answer has no time."""

from __future__ import annotations

import json
import shutil
import sys
from statistics import median
from typing import TYPE_CHECKING, Any, Final

import polars as pl

from bench import machine
from bench.contenders.answer import COLUMNS
from bench.digests import digest
from bench.orders import generate
from bench.processes import Usage, compile_modules, measure_process
from bench.shapes.catalog import KEY, Shape

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from pathlib import Path

RULES: Final = ("--as-of", "2025-07-01", "--since", "2020-01-01", "--scheme", "quintile", "--by", "region", "--quiet")
SEPARATE: Final = ("ndjson", "xlsx", "split")
FORMATS: Final = ("ndjson", "xlsx")
AIM: Final = 1.5
"""How many times as long the plain query is to take."""


def measure_shapes(
    rows: int, repeat: int, folder: Path, report: Callable[[str], None], shapes: Sequence[Shape]
) -> dict[str, Any]:
    """Return the wall and processor seconds and the ratios of shapes, the worst first.

    No file is removed before all are measured: for minutes ext4 gives no removed one's inode to a new file, and whoever
    makes thousands then looks at each of them first.
    """
    compile_modules()
    orders, work = generate(folder, rows), folder / "shapes"
    shutil.rmtree(work, ignore_errors=True)
    found = []
    for number, shape in enumerate(shapes):
        found.append(_measure_shape(shape, orders, rows, repeat, work / str(number)))
        report(_line(found[-1]))
    shutil.rmtree(work)
    return {
        "kind": "shapes",
        "rows": rows,
        "repeat": repeat,
        "machine": machine.describe_machine(),
        "shapes": sort_shapes(found),
    }


def sort_shapes(found: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return results, the worst by processor seconds first: those show it where the machine is shared."""
    return sorted(found, key=lambda one: (one["times_ours"] is not None, _ratio(one)))


def keep_others(found: dict[str, Any], before: dict[str, Any]) -> dict[str, Any]:
    """Return results together with those of an earlier measurement for the shapes that they lack."""
    names = {one["shape"] for one in found["shapes"]}
    others = (one for one in before["shapes"] if one["shape"] not in names)
    return found | {"shapes": sort_shapes([*found["shapes"], *others])}


def _ratio(one: dict[str, Any]) -> float:
    return one.get("times_processor") or one["times_ours"] or 0.0


def _line(found: dict[str, Any]) -> str:
    ratio = f"{found['times_ours']:5.2f} times" if found["times_ours"] else found["outcome"]
    return (
        f"{found['shape']:26} {ratio:12} ours {found['ours_seconds']:6.2f} s, DuckDB {found['duckdb_seconds']:6.2f} s"
    )


def _measure_shape(shape: Shape, orders: Path, rows: int, repeat: int, folder: Path) -> dict[str, Any]:
    """Write the files, compare the answers, and measure in turn."""
    folder.mkdir(parents=True)
    part = pl.scan_parquet(orders).head(int(rows * shape.part))
    path = folder / shape.write(part.pipe(shape.change), folder)
    runs, outcome = [], "same"
    try:
        if shape.output in SEPARATE:
            outcome = _compare_answers(shape, path, folder / "compared")
        for number in range(repeat if outcome == "same" else 0):
            runs.append(_run_both(shape, path, folder / f"answers-{number}", shape.output))
            if shape.output not in SEPARATE and len(runs) == 1:
                outcome = _compare(shape, folder / f"answers-{number}")
    except RuntimeError as error:
        outcome = f"failed: {(str(error).strip() or 'no word').splitlines()[-1]}"
    result = _summarize(runs if outcome == "same" else [])
    return {"shape": shape.name, "rows": int(rows * shape.part), "outcome": outcome} | result


def _summarize(runs: Sequence[tuple[Usage, Usage]]) -> dict[str, Any]:
    ours, theirs = (median([run[place].wall_seconds for run in runs] or [0.0]) for place in (0, 1))
    work = [median([run[place].user_seconds + run[place].sys_seconds for run in runs] or [0.0]) for place in (0, 1)]
    return {
        "ours_seconds": ours,
        "duckdb_seconds": theirs,
        "times_ours": theirs / ours if ours else None,
        "ours_processor_seconds": work[0],
        "duckdb_processor_seconds": work[1],
        "times_processor": work[1] / work[0] if ours else None,
        "ours_peak_bytes": max((run[0].peak_bytes for run in runs), default=0),
        "duckdb_peak_bytes": max((run[1].peak_bytes for run in runs), default=0),
    }


def _engine(shape: Shape, path: Path, folder: Path, output: str) -> Iterator[str]:
    """Yield what a user types."""
    words = shape.words if output == shape.output else tuple(word for word in shape.words if word != "--split")
    yield from (sys.executable, "-m", "rfm_engine", "run", "--orders", str(path), "--name", "ours", *RULES)
    yield from (str(folder / "key") if word == "KEY" else word for word in words)
    yield from ("--format", output if output in FORMATS else "parquet", "--output", str(folder / "output"))


def _duckdb(shape: Shape, path: Path, folder: Path, output: str) -> Iterator[str]:
    job = {"select": shape.select, "job": shape.job, "output": output}
    yield from (shape.python, "-m", "bench.shapes.plain_sql", str(path), str(folder / "theirs"), json.dumps(job))


def _run_both(shape: Shape, path: Path, folder: Path, output: str) -> tuple[Usage, Usage]:
    """Run the engine and DuckDB in turn, both into a new folder.

    Raises:
        RuntimeError: One of them failed, with what it said.
    """
    folder.mkdir()
    (folder / "key").write_bytes(KEY)
    usages = [measure_process(list(words(shape, path, folder, output))) for words in (_engine, _duckdb)]
    if failed := [usage for usage in usages if usage.code]:
        raise RuntimeError(failed[0].said)
    return usages[0], usages[1]


def _compare_answers(shape: Shape, path: Path, folder: Path) -> str:
    """Run both once more with Parquet out, where the shape's own output cannot be compared."""
    _run_both(shape, path, folder, "parquet")
    return _compare(shape, folder)


def _compare(shape: Shape, folder: Path) -> str:
    """Return whether both answers are the same in every compared column."""
    columns = [name for name in COLUMNS if name not in shape.without]
    answers = folder / "output" / "ours" / "customers.parquet", folder / "theirs"
    if "customer_id" in shape.without:  # tokens differ, and the order of the rows with them
        for answer in answers:
            frame = pl.read_parquet(answer).with_columns(pl.col("tier").cast(pl.String))
            frame.sort(columns).write_parquet(answer)
    ours, theirs = (digest(answer, columns)["sha256"] for answer in answers)
    return "same" if ours == theirs else "differs"


def shapes_table(found: dict[str, Any], most: int = 12) -> str:
    """Return the worst shapes as a table in Markdown, by processor seconds where known, and how many there are."""
    rows = [one for one in found["shapes"] if one["times_ours"]]
    lines = ["| shape | orders | rfm-engine | DuckDB, plain SQL | wall | processor |"]
    lines += ["| --- | ---: | ---: | ---: | ---: | ---: |", *map(_row, rows[:most])]
    above = sum(min(_ratio(one), one["times_ours"]) >= AIM for one in rows)
    words = (
        f"The {min(most, len(rows))} slowest of {len(rows)} shapes, runs of each: {found['repeat']}; {above} are {AIM} "
        f"times as fast or more, by wall and, where they are known, by processor seconds. {found.get('note', '')}"
    ).rstrip()
    return "\n".join([*lines, "", words])


def _row(one: dict[str, Any]) -> str:
    work = one.get("times_processor")
    seconds = f"{one['ours_seconds']:.2f} s | {one['duckdb_seconds']:.2f} s"
    ratios = f"**{one['times_ours']:.2f} times** | {f'{work:.2f} times' if work else ''}"
    return f"| {one['shape']} | {one['rows']:,} | {seconds} | {ratios} |"
