"""`rfm-engine bench`: how fast the engine is on the user's own orders."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from rfm_engine.cli.display.results import print_json
from rfm_engine.cli.options import RuleOptions, with_rule_options
from rfm_engine.errors import UsageError

if TYPE_CHECKING:
    from rich.table import Table

    from rfm_engine.config.job import Job

MEBIBYTE = 2**20


@with_rule_options
def bench(
    place: Annotated[Path, typer.Argument(metavar="ORDERS", help="An order file or folder, or a dataset.")],
    *,
    rules: RuleOptions,
    repeat: Annotated[int, typer.Option(min=1, help="How often; medians are shown.")] = 3,
    against: Annotated[list[str] | None, typer.Option(help="A contender: [b]duckdb[/b] (must be installed).")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Measure rows a second, and the time and memory of each stage, in fresh processes; nothing is kept."""
    from rfm_engine.benchmark.measure import bench as measure
    from rfm_engine.cli.display.terminal import console

    if "orders" in rules.keys:
        message = "name the orders as the argument, without --orders"
        raise UsageError(message)
    found = measure(job_of(place, rules), repeat, against or [], _print_progress)
    if as_json:
        print_json(found)
        return
    terminal = console()
    terminal.print(stage_table(found))
    for line in summary_lines(found):
        terminal.print(line, soft_wrap=True)


def job_of(place: Path, options: RuleOptions) -> Job:
    """Return the job of a dataset file or folder, or of plain orders.

    Raises:
        UsageError: What `run` refuses too.
    """
    from rfm_engine.cli.jobs import build_jobs
    from rfm_engine.config.dataset_file import FILE

    if place.suffix == ".toml" or (place / FILE).is_file():
        return build_jobs([place], options)[0]
    return build_jobs([], replace(options, keys=options.keys | {"orders": [str(place)]}))[0]


def _print_progress(words: str) -> None:
    from rfm_engine.cli.display.results import print_line

    if sys.stderr.isatty():
        print_line(words, error=True)


def stage_table(found: dict[str, Any]) -> Table:
    """Return the table of the stages."""
    from rich.table import Table

    table = Table(box=None, pad_edge=False, header_style="bold", padding=(0, 2, 0, 0))
    for name in ("stage", "seconds", "share", "rows a second", "peak MiB"):
        table.add_column(name, justify="left" if name == "stage" else "right", overflow="fold")
    for stage, taken in [*found["stages"].items(), ("all", found)]:
        seconds, peak = taken["seconds"], taken["peak_bytes"]
        rate = f"{found['rows'] / seconds:,.0f}" if seconds else "-"
        share = f"{100 * seconds / found['seconds']:.0f} %" if found["seconds"] else "-"
        table.add_row(stage, f"{seconds:.3f}", share, rate, f"{peak / MEBIBYTE:,.0f}" if peak else "-")
    return table


def summary_lines(found: dict[str, Any]) -> list[str]:
    """Return what stands below the table: the orders, the floor, the contenders."""
    runs = f"median of {found['repeat']}"
    lines = [f"{found['rows']:,} rows, {found['customers']:,} customers, {runs}, process start not counted"]
    if found["floor_seconds"]:
        lines.append(
            f"floor (decoding the same columns once): {found['floor_seconds']:.3f} s; "
            f"the whole is {found['times_the_floor']:.1f} times that"
        )
    for name, other in found["against"].items():
        if other["result"] == "failed":
            lines.append(f"{name}: failed ({other['reason']})")
            continue
        ratio = other["seconds"] / found["seconds"]
        lines.append(
            f"{name}: {other['seconds']:.3f} s, {ratio:.2f} times ours, peak {other['peak_bytes'] / MEBIBYTE:,.0f} MiB"
            if other["result"] == "same"
            else f"{name}: differs (its answer is not ours, so its time does not count)"
        )
    return lines
