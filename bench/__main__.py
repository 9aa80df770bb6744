"""`python -m bench`: compare, growth, shapes, inference, reading, refresh, table, diff."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from bench import orders as files
from bench import tables
from bench.comparing import Plan, compare
from bench.contenders import MODULES, OURS
from bench.contenders.rules import Rules
from bench.inference import inference_table, measure_inference
from bench.plot import plot
from bench.processes import ROOT
from bench.reading import measure_reading, reading_table
from bench.refresh import RIVALS, measure_refresh
from bench.shapes.catalog import choose_shapes
from bench.shapes.measure import keep_others, measure_shapes, shapes_table

RESULTS = ROOT / "bench" / "results"
README = ROOT / "README.md"
SHAPES = "shapes.json"
INFERENCE = "inference.json"
READING = "reading.json"
REFRESH = "refresh.json"
PLOT = RESULTS / "growth.svg"

app = typer.Typer(add_completion=False, no_args_is_help=True, pretty_exceptions_enable=False, help=__doc__)
Against = Annotated[str, typer.Option(help=f"Names with commas between: {', '.join(MODULES)}.")]
Repeat = Annotated[int, typer.Option(min=1, help="Rounds; medians count.")]
Unique = Annotated[bool, typer.Option("--unique", help="Order ids are declared unique.")]
Slim = Annotated[bool, typer.Option("--slim", help="The smaller job: metrics and scores of one list.")]
Shuffled = Annotated[bool, typer.Option("--shuffled", help="The rows in no order of their ids or times.")]
Work = Annotated[Path, typer.Option(help="Where order files, answers and unfinished comparisons are kept.")]
Out = Annotated[Path, typer.Option(help="Where the result goes.")]
Timeout = Annotated[float, typer.Option(help="Seconds after which one process is stopped.")]
Budget = Annotated[float, typer.Option(help="Seconds after which no other process is started.")]
Pythons = Annotated[list[str] | None, typer.Option("--python", help="NAME=INTERPRETER of a contender (repeatable).")]
WORK = ROOT / "output" / "bench"


@app.command(name="compare")
def compare_(  # noqa: PLR0913 each is an option
    *,
    orders: Annotated[Path | None, typer.Option(help="A Parquet or CSV file with the canonical columns.")] = None,
    rows: Annotated[str, typer.Option(help="Or so many generated orders: 20m.")] = "1m",
    form: Annotated[str, typer.Option("--format", help="Of the generated orders: parquet or csv.")] = "parquet",
    as_of: str = Rules.as_of,
    since: str = Rules.since,
    against: Against = "duckdb,plain_polars,pandas,floor",
    repeat: Repeat = 5,
    unique: Unique = False,
    slim: Slim = False,
    shuffled: Shuffled = False,
    work: Work = WORK,
    out: Out = RESULTS,
    timeout: Timeout = 1800,
    budget: Budget = 6 * 3600,
    python: Pythons = None,
) -> None:
    """Measure the engine against others, in turn, as whole processes; run it again to go on after a stop."""
    source = orders.resolve() if orders else files.generate(work.resolve(), files.count(rows), form)
    work.mkdir(parents=True, exist_ok=True)
    source = files.reduce_columns(source, work.resolve()) if slim else source
    source = files.shuffle(source, work.resolve()) if shuffled else source
    plan = Plan(
        source,
        files.rows_of(source),
        Rules(as_of, since, unique, slim),
        chosen(against),
        repeat,
        work.resolve(),
        timeout,
        budget,
        dict(words.split("=", 1) for words in python or []),
        shuffled=shuffled,
    )
    _save(compare(plan, report), out)


@app.command()
def growth(  # noqa: PLR0913 each is an option
    *,
    sizes: Annotated[str, typer.Option(help="Orders, with commas between.")] = "1m,2m,5m",
    against: Against = "duckdb",
    repeat: Repeat = 3,
    unique: Unique = False,
    work: Work = WORK,
    out: Out = RESULTS,
    timeout: Timeout = 1800,
    budget: Budget = 6 * 3600,
) -> None:
    """Compare at several sizes, one result each, and print the exponent of the engine's growth."""
    rules, points = Rules(unique=unique), []
    for rows in map(files.count, sizes.split(",")):
        source = files.generate(work.resolve(), rows)
        plan = Plan(source, rows, rules, chosen(against), repeat, work.resolve(), timeout, budget)
        found = compare(plan, report)
        _save(found, out)
        taken = found["contenders"].get(OURS, {}).get("wall_seconds")
        points += [(float(rows), float(taken))] if taken else []
    typer.echo(f"seconds grow as rows^{tables.exponent(points)}")


@app.command()
def shapes(  # noqa: PLR0913 an option each
    *,
    rows: Annotated[str, typer.Option(help="Orders of each shape.")] = "2m",
    repeat: Repeat = 1,
    only: Annotated[list[str] | None, typer.Option(help="One shape by name (repeatable).")] = None,
    python: Annotated[str | None, typer.Option(help="Interpreter that runs DuckDB; by default this one.")] = None,
    work: Work = WORK,
    out: Out = RESULTS,
) -> None:
    """Measure every shape of data against DuckDB's plain SQL, answers compared first; print the worst."""
    found = measure_shapes(files.count(rows), repeat, work.resolve(), report, choose_shapes(only, python))
    if only and (out / SHAPES).exists():
        found = keep_others(found, json.loads((out / SHAPES).read_bytes()))
    _write_result(found, out / SHAPES)
    typer.echo(shapes_table(found))


@app.command()
def inference(
    *,
    rows: Annotated[str, typer.Option(help="Orders of each file.")] = "1m",
    repeat: Repeat = 5,
    work: Work = WORK,
    out: Out = RESULTS,
) -> None:
    """Measure runs that declare nothing against runs that declare every reading, in pairs."""
    found = measure_inference(files.count(rows), repeat, work.resolve(), report)
    _write_result(found, out / INFERENCE)
    typer.echo(inference_table(found))


@app.command()
def reading(
    *,
    customers: Annotated[str, typer.Option(help="Generated customers, nine orders each.")] = "203488",
    repeat: Repeat = 5,
    note: Annotated[str, typer.Option(help="Such as what else the machine did; stands below the table.")] = "",
    work: Work = WORK,
    out: Out = RESULTS,
) -> None:
    """Measure report, compare and plan of finished runs beyond start-up; check that they wrote every customer."""
    found = measure_reading(files.count(customers), repeat, work.resolve() / "reading", report) | {"note": note}
    _write_result(found, out / READING)
    typer.echo(reading_table(found))


@app.command()
def refresh(  # noqa: PLR0913 an option each
    *,
    months: Annotated[int, typer.Option(min=2, help="Files.")] = 60,
    rows: Annotated[str, typer.Option(help="Orders of each.")] = "1m",
    customers: Annotated[str, typer.Option(help="By default one per eleven orders.")] = "",
    repeat: Repeat = 1,
    note: Annotated[str, typer.Option(help="Such as what else the machine did.")] = "",
    work: Work = WORK,
    out: Out = RESULTS,
) -> None:
    """Measure the month after with a state, against a run of all orders and DuckDB, answers compared."""
    few, folder = files.count(customers) if customers else None, work.resolve() / "refresh"
    found = measure_refresh(months, files.count(rows), folder, report, customers=few, repeat=repeat) | {"note": note}
    _write_result(found, out / REFRESH.replace(".", f"-of-{customers}." if few else "."))
    seconds = {step["step"]: step["seconds"] for step in found["steps"]}
    for name in ("again", "all orders", *RIVALS):
        times = seconds[name] / seconds["refresh"]
        typer.echo(f"{name}: {times:.2f} times the seconds of the refresh")


@app.command()
def table(results: Out = RESULTS, readme: Path = README, svg: Path = PLOT) -> None:
    """Write the README's table and the growth plot from the results that are kept."""
    found = tables.results(results)
    curves = tables.curves(found)
    fitted = {name: value for name, curve in curves.items() if (value := tables.exponent(curve))}
    grown = [f"![seconds over orders]({svg.relative_to(readme.parent).as_posix()})"] if fitted else []
    words = [f"Seconds grow as rows^{fitted[OURS]:.2f}."] if OURS in fitted else []
    further = ((SHAPES, shapes_table), (INFERENCE, inference_table), (READING, reading_table))
    shaped = [
        render(json.loads(kept.read_text("utf-8"))) for name, render in further if (kept := results / name).exists()
    ]
    body = "\n\n".join([tables.table(found), *words, *grown, *shaped])
    readme.write_text(tables.replace_region(readme.read_text("utf-8"), body), "utf-8")
    svg.write_text(plot(curves), "utf-8")
    typer.echo(f"{readme.name}: {len(found)} comparisons; {svg.name}")


@app.command()
def diff(old: Path, new: Path) -> None:
    """Name what got slower or faster from one result to another; exit code 1 where ours got slower by a tenth."""
    before, after = (json.loads(path.read_text("utf-8")) for path in (old, new))
    if any(before[key] != after[key] for key in ("rows", "format", "job")):
        typer.echo("note: these are different jobs")
    lines, worse = tables.slower(before, after)
    typer.echo("\n".join(lines))
    raise typer.Exit(int(worse))


def chosen(words: str) -> list[str]:
    """Return the contenders of a list with commas, ours left out (it always runs)."""
    names = [name.strip() for name in words.split(",") if name.strip() and name.strip() != OURS]
    if unknown := [name for name in names if name not in MODULES]:
        message = f"unknown {', '.join(unknown)} (known: {', '.join(MODULES)})"
        raise typer.BadParameter(message)
    return names


def report(words: str) -> None:
    """Print a line of progress at once."""
    print(words, file=sys.stderr, flush=True)  # noqa: T201 a command prints


def _save(found: dict[str, Any], out: Path) -> None:
    path = out / tables.file_name(found)
    _write_result(found, path)
    for name, row in found["contenders"].items():
        ratio = f"{row['times_ours']:.2f} times ours" if row.get("times_ours") else row.get("said", "")
        typer.echo(f"{name:18} {row['outcome']:13} {row.get('wall_seconds', 0):8.2f} s  {ratio}")
    typer.echo(f"result: {path.name}")


def _write_result(found: dict[str, Any], path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(found, ensure_ascii=False, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    app()
