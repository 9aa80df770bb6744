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
from bench.shapes.catalog import KEY, SHAPES, Shape

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

RULES: Final = ("--as-of", "2025-07-01", "--since", "2020-01-01", "--scheme", "quintile", "--by", "region", "--quiet")
AIM: Final = 1.5
"""How many times as long the plain query is to take."""


def measure_shapes(
    rows: int, repeat: int, folder: Path, report: Callable[[str], None], names: Sequence[str] = ()
) -> dict[str, Any]:
    """Return the seconds and the ratio of every shape, the worst first."""
    compile_modules()
    orders = generate(folder, rows)
    shapes = [shape for shape in SHAPES if not names or shape.name in names]
    found = []
    for shape in shapes:
        found.append(_measure_shape(shape, orders, rows, repeat, folder / "shape"))
        report(_line(found[-1]))
    found.sort(key=lambda one: (one["times_ours"] is not None, one["times_ours"]))
    return {"kind": "shapes", "rows": rows, "repeat": repeat, "machine": machine.describe_machine(), "shapes": found}


def _line(found: dict[str, Any]) -> str:
    ratio = f"{found['times_ours']:5.2f} times" if found["times_ours"] else found["outcome"]
    return (
        f"{found['shape']:26} {ratio:12} ours {found['ours_seconds']:6.2f} s, DuckDB {found['duckdb_seconds']:6.2f} s"
    )


def _measure_shape(shape: Shape, orders: Path, rows: int, repeat: int, folder: Path) -> dict[str, Any]:
    """Write the files, compare the answers, measure in turn, and take the files away."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    (folder / "key").write_bytes(KEY)
    part = pl.scan_parquet(orders).head(int(rows * shape.part))
    path = folder / shape.write(part.pipe(shape.change), folder)
    ours, theirs = list(_engine(shape, path, folder)), list(_duckdb(shape, path, folder, shape.output))
    same = _answers_match(shape, path, folder)
    runs = [(_run(ours, folder), _run(theirs, folder)) for _ in range(repeat)] if same == "same" else []
    shutil.rmtree(folder)
    return {"shape": shape.name, "rows": int(rows * shape.part), "outcome": same} | _summarize(runs)


def _summarize(runs: Sequence[tuple[Usage, Usage]]) -> dict[str, Any]:
    ours, theirs = (median([run[place].wall_seconds for run in runs] or [0.0]) for place in (0, 1))
    return {
        "ours_seconds": ours,
        "duckdb_seconds": theirs,
        "times_ours": theirs / ours if ours else None,
        "ours_peak_bytes": max((run[0].peak_bytes for run in runs), default=0),
        "duckdb_peak_bytes": max((run[1].peak_bytes for run in runs), default=0),
    }


def _engine(shape: Shape, path: Path, folder: Path, output: str | None = None) -> Iterator[str]:
    """Yield what a user types; `output` in place of the shape's form is for the comparison alone."""
    form = "ndjson" if (output or shape.output) == "ndjson" else "parquet"
    words = shape.words if output is None else tuple(word for word in shape.words if word != "--split")
    yield from (sys.executable, "-m", "rfm_engine", "run", "--orders", str(path), "--name", "ours", *RULES)
    yield from (str(folder / "key") if word == "KEY" else word for word in words)
    yield from ("--format", form, "--output", str(folder / "output"))


def _duckdb(shape: Shape, path: Path, folder: Path, output: str) -> Iterator[str]:
    job = {"select": shape.select, "job": shape.job, "output": output}
    yield from (sys.executable, "-m", "bench.shapes.plain_sql", str(path), str(folder / "theirs"), json.dumps(job))


def _run(words: list[str], folder: Path) -> Usage:
    """Run the words in an empty place and raise what they say if they fail."""
    shutil.rmtree(folder / "output", ignore_errors=True)
    theirs = folder / "theirs"
    shutil.rmtree(theirs) if theirs.is_dir() else theirs.unlink(missing_ok=True)
    usage = measure_process(words)
    if usage.code:
        raise RuntimeError(usage.said)
    return usage


def _answers_match(shape: Shape, path: Path, folder: Path) -> str:
    """Return whether both answers are the same in every compared column, or why one failed."""
    plain = "pseudonyms" if shape.output == "pseudonyms" else "parquet"
    columns = [name for name in COLUMNS if name not in shape.without]
    try:
        _run(list(_engine(shape, path, folder, plain)), folder)
        (folder / "output" / "ours" / "customers.parquet").replace(folder / "ours.parquet")
        _run(list(_duckdb(shape, path, folder, plain)), folder)
    except RuntimeError as error:
        return f"failed: {str(error).strip().splitlines()[-1] if str(error).strip() else 'no word'}"
    if "customer_id" in shape.without:  # tokens differ, and the order of the rows with them
        for name in ("ours.parquet", "theirs"):
            frame = pl.read_parquet(folder / name)
            frame.with_columns(pl.col("tier").cast(pl.String)).sort(columns).write_parquet(folder / name)
    ours, theirs = (digest(folder / name, columns)["sha256"] for name in ("ours.parquet", "theirs"))
    return "same" if ours == theirs else "differs"


def shapes_table(found: dict[str, Any], most: int = 12) -> str:
    """Return the worst shapes as a table in Markdown, and how many there are."""
    rows = [one for one in found["shapes"] if one["times_ours"]]
    lines = ["| shape | orders | rfm-engine | DuckDB, plain SQL | |", "| --- | ---: | ---: | ---: | ---: |"]
    lines += [
        f"| {one['shape']} | {one['rows']:,} | {one['ours_seconds']:.2f} s | {one['duckdb_seconds']:.2f} s "
        f"| **{one['times_ours']:.2f} times** |"
        for one in rows[:most]
    ]
    above = sum(one["times_ours"] >= AIM for one in rows)
    words = f"The {min(most, len(rows))} slowest of {len(rows)} shapes; {above} are {AIM} times as fast or more."
    return "\n".join([*lines, "", words])
