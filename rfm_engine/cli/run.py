"""`rfm-engine run`: grade datasets or plain order files and write their lists."""

from __future__ import annotations

import sys
from contextlib import nullcontext, suppress
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal, cast

import typer

from rfm_engine.cli.options import RuleOptions, with_rules
from rfm_engine.errors import RfmError

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from rfm_engine.cli.progress import Progress
    from rfm_engine.dataset import Job
    from rfm_engine.results import Format, Wanted
    from rfm_engine.shelf import Shelf

OUTPUT = "What is written"
SMALL_BYTES = 1_000_000


class FileFormat(StrEnum):
    """The formats of the customers file."""

    csv = "csv"
    parquet = "parquet"
    xlsx = "xlsx"
    ndjson = "ndjson"


Language = Literal["en", "zh"]


@with_rules
def run(  # noqa: PLR0913 each is an option
    datasets: Annotated[
        list[Path] | None, typer.Argument(help="Dataset files or folders; all in ./datasets if none.")
    ] = None,
    *,
    rules: RuleOptions,
    output: Annotated[Path, typer.Option(help="The folder of the results.", rich_help_panel=OUTPUT)] = Path("output"),
    formats: Annotated[
        list[FileFormat] | None, typer.Option("--format", help="Repeatable; csv by default.", rich_help_panel=OUTPUT)
    ] = None,
    split: Annotated[bool, typer.Option("--split", help="One folder for each list.", rich_help_panel=OUTPUT)] = False,
    language: Annotated[Language, typer.Option(help="Of the headers.", rich_help_panel=OUTPUT)] = "en",
    explain_plan: Annotated[
        bool, typer.Option("--explain-plan", help="Print the optimised plans, and run nothing.", rich_help_panel=OUTPUT)
    ] = False,
    quiet: Annotated[
        bool, typer.Option("--quiet", "-q", help="Print nothing but errors.", rich_help_panel=OUTPUT)
    ] = False,
) -> None:
    """Grade the customers of each dataset and write one list a dataset."""
    from rfm_engine.cli.asked import asked
    from rfm_engine.cli.progress import Progress
    from rfm_engine.results import Wanted
    from rfm_engine.shelf import Shelf

    forms = cast("tuple[Format, ...]", tuple(form.value for form in formats or [FileFormat.csv]))
    wanted = Wanted(output, forms, split, language)
    found = asked(datasets or [], rules)
    if explain_plan:
        _print_plans(found)
        return
    progress = Progress(len(found), quiet=quiet)
    with _engine_for(found), Shelf(found) as shelf:
        failures = [error for job in found if (error := _run_one(job, wanted, shelf, progress))]
    if failures:
        raise typer.Exit(max(error.exit_code for error in failures))


def _print_plans(found: list[Job]) -> None:
    from rfm_engine import pipeline

    for job in found:
        for name, plan in pipeline.plans(job).items():
            typer.echo(f"{job.dataset.name}: {name}\n{plan}\n")


def _engine_for(jobs: list[Job]) -> AbstractContextManager[object]:
    """Let Polars compute whole what is small in every job: to begin with batches costs 3 ms of a small dataset's 34."""
    from polars import Config

    with suppress(OSError):  # a file that is gone is told where it is read
        if all(sum(path.stat().st_size for path in job.paths) <= SMALL_BYTES for job in jobs):
            return Config(engine_affinity="in-memory")
    return nullcontext()


def _run_one(job: Job, wanted: Wanted, shelf: Shelf, progress: Progress) -> RfmError | None:
    """Run one dataset; its failure is told and keeps none of the others from running."""
    from rfm_engine import pipeline, results

    try:
        results.make_ready(wanted.output / job.dataset.name)
        with progress.shown(job) as clock:
            done = pipeline.run(job, shelf, clock)
            folder = results.write(done, job, wanted)
    except RfmError as error:
        print(f"error: {job.dataset.name}: {error}", file=sys.stderr)
        return error
    if not progress.quiet:
        from rfm_engine.cli.tables import show_run

        show_run(done, job, folder)
    return None
