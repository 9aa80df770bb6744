"""`rfm-engine check`: what the engine understands of the orders, without grading anyone."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from rfm_engine.cli.options import RuleOptions, with_rule_options
from rfm_engine.errors import RfmError

if TYPE_CHECKING:
    from rfm_engine.config.job import Job


@with_rule_options
def check(
    datasets: Annotated[
        list[Path] | None, typer.Argument(help="Dataset files or folders; all in ./datasets if none.")
    ] = None,
    *,
    rules: RuleOptions,
) -> None:
    """Read and clean the orders, report what was understood, and check the tier policy; grades no one."""
    from rfm_engine.cli.jobs import build_jobs

    failures = [error for job in build_jobs(datasets or [], rules) if (error := _check_one(job))]
    if failures:
        raise typer.Exit(max(error.exit_code for error in failures))


def _check_one(job: Job) -> RfmError | None:
    from rfm_engine import pipeline
    from rfm_engine.cli.display.check import show_check
    from rfm_engine.cli.display.results import print_line

    try:
        show_check(pipeline.inspect(job), job)
    except RfmError as error:
        print_line(f"error: {job.dataset.name}: {error}", error=True)
        return error
    return None
