"""`rfm-engine run`: grade datasets or plain order files and write their lists."""

from __future__ import annotations

from collections import deque
from contextlib import nullcontext, suppress
from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal, NamedTuple, TypeVar, cast

import typer

from rfm_engine.cli.options import RuleOptions, with_rule_options
from rfm_engine.errors import RfmError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from concurrent.futures import Executor, Future
    from contextlib import AbstractContextManager

    from rfm_engine.cli.display.progress import Progress
    from rfm_engine.cli.finished_runs.follow_ups import FollowUps
    from rfm_engine.config.job import Job
    from rfm_engine.orders.cache import OrderCache
    from rfm_engine.output.formats import Format
    from rfm_engine.output.writer import OutputOptions
    from rfm_engine.pipeline import Run

OUTPUT = "What is written"
SMALL_BYTES = 1_000_000


class Shared(NamedTuple):
    """What the datasets of one command share; `ahead` is whether one is graded while the last one is written."""

    output: OutputOptions
    follow_ups: FollowUps
    progress: Progress
    cache: OrderCache
    writer: Executor
    ahead: bool


class FileFormat(StrEnum):
    """The formats of the customers file."""

    csv = "csv"
    parquet = "parquet"
    xlsx = "xlsx"
    ndjson = "ndjson"


Language = Literal["en", "zh"]
Item = TypeVar("Item")


@with_rule_options
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
    report: Annotated[
        bool, typer.Option("--report", help="Write a page with charts beside each folder too.", rich_help_panel=OUTPUT)
    ] = False,
    plan: Annotated[bool, typer.Option("--plan", help="Plan the month's calls too.", rich_help_panel=OUTPUT)] = False,
    compare_with: Annotated[
        Path | None,
        typer.Option(
            metavar="LAST",
            help="Last month's run, or the folder of its runs: who moved, and why.",
            rich_help_panel=OUTPUT,
        ),
    ] = None,
    explain_plan: Annotated[
        bool, typer.Option("--explain-plan", help="Print the optimised plans, and run nothing.", rich_help_panel=OUTPUT)
    ] = False,
    quiet: Annotated[
        bool, typer.Option("--quiet", "-q", help="Print nothing but errors.", rich_help_panel=OUTPUT)
    ] = False,
) -> None:
    """Grade the customers of each dataset and write one list a dataset."""
    from concurrent.futures import ThreadPoolExecutor

    from rfm_engine.cli.display.progress import Progress
    from rfm_engine.cli.finished_runs.follow_ups import FollowUps
    from rfm_engine.cli.jobs import build_jobs
    from rfm_engine.orders.cache import OrderCache
    from rfm_engine.output.writer import OutputOptions
    from rfm_engine.system.temp_dir import remove_abandoned_temp_dirs

    forms = cast("tuple[Format, ...]", tuple(form.value for form in formats or [FileFormat.csv]))
    found = build_jobs(datasets or [], rules)
    if explain_plan:
        _print_plans(found)
        return
    follow_ups = FollowUps(compare_with=compare_with, plan=plan, report=report)
    follow_ups.refuse_replaced(found, output)
    remove_abandoned_temp_dirs()
    ahead = _may_grade_ahead(found)
    with _choose_engine(found), OrderCache(found) as cache, ThreadPoolExecutor(1) as writer:
        shared = Shared(
            output=OutputOptions(output, forms, split, language),
            follow_ups=follow_ups,
            progress=Progress(len(found), quiet=quiet),
            cache=cache,
            writer=writer,
            ahead=ahead,
        )
        begun = (_start_job(job, shared) for job in found)
        failures = [error for finish in with_lookahead(begun, int(ahead)) if (error := finish())]
    if failures:
        raise typer.Exit(max(error.exit_code for error in failures))


def _print_plans(found: list[Job]) -> None:
    from rfm_engine import pipeline
    from rfm_engine.cli.display.results import print_line

    for job in found:
        for name, plan in pipeline.plans(job).items():
            print_line(f"{job.dataset.name}: {name}\n{plan}\n")


def _are_small(jobs: list[Job]) -> bool:
    if any(
        job.gatherer or job.remote or not job.paths for job in jobs
    ):  # no one knows how large a database's answer is
        return False
    with suppress(OSError):  # a file that is gone is reported where it is read
        return all(sum(path.stat().st_size for path in job.paths) <= SMALL_BYTES for job in jobs)
    return False


def _choose_engine(jobs: list[Job]) -> AbstractContextManager[object]:
    """Let Polars compute whole what is small in every job: to begin with batches costs 3 ms of a small dataset's 34."""
    from polars import Config

    return Config(engine_affinity="in-memory") if _are_small(jobs) else nullcontext()


def _may_grade_ahead(jobs: list[Job]) -> bool:
    """Return whether a dataset may be graded while the last one is written: 12 % less time for 100 small ones.

    Large ones need the memory. Columnar files wait until all before them is written: Polars ends the process on some
    that are damaged.
    """
    return _are_small(jobs) and all(job.dataset.format_of(path) == "csv" for job in jobs for path in job.paths)


def with_lookahead(items: Iterable[Item], count: int) -> Iterator[Item]:
    """Yield the items in order, each when so many after it have been drawn, or all."""
    waiting: deque[Item] = deque()
    for item in items:
        waiting.append(item)
        if len(waiting) > count:
            yield waiting.popleft()
    yield from waiting


def _start_job(job: Job, shared: Shared) -> Callable[[], RfmError | None]:
    """Grade one dataset and begin to write it; return what waits for its end and reports it.

    A failure keeps none of the others from running.
    """
    from concurrent.futures import wait

    from rfm_engine import pipeline
    from rfm_engine.output import writer as results
    from rfm_engine.output.folder import prepare_folder

    try:
        prepare_folder(shared.output.output / job.dataset.name)
        with shared.progress.track(job) as clock:
            run = pipeline.run(job, shared.cache, clock)
            folder = shared.writer.submit(results.write, run, job, shared.output)
            if not shared.ahead:
                wait([folder])
    except RfmError as error:
        return partial(_report_failure, job, error)
    return partial(_finish_job, job, run, folder, shared)


def _report_failure(job: Job, error: RfmError) -> RfmError:
    from rfm_engine.cli.display.results import print_line

    print_line(f"error: {job.dataset.name}: {error}", error=True)
    return error


def _finish_job(job: Job, run: Run, folder: Future[Path], shared: Shared) -> RfmError | None:
    """Report the end of one dataset, and write what is requested beside its lists."""
    try:
        place = folder.result()
        if not shared.progress.quiet:
            from rfm_engine.cli.display.render import show_run

            show_run(run, job, place, shared.output.language)
        if not shared.follow_ups.is_empty:
            from rfm_engine import open_run
            from rfm_engine.cli.finished_runs.follow_ups import write_follow_ups

            finished = open_run(place, run.customers)
            write_follow_ups(finished, shared.output.language, shared.follow_ups, quiet=shared.progress.quiet)
    except RfmError as error:
        return _report_failure(job, error)
    return None
