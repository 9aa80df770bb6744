"""`rfm-engine report`: a finished run as one page for people."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer


def report(  # noqa: PLR0913 each is an option
    run: Annotated[
        Path, typer.Argument(help="The folder of a dataset's run, such as output/sichuan-hiking.", metavar="RUN")
    ],
    *,
    before: Annotated[
        Path | None, typer.Option(metavar="OLD", help="The folder of an older run: who moved since then, and why.")
    ] = None,
    plan: Annotated[
        Path | None,
        typer.Option(help="The folder of a month's plan, such as output/sichuan-hiking.plan/2025-07: who calls whom."),
    ] = None,
    language: Annotated[Literal["en", "zh"], typer.Option(help="Of the page.")] = "en",
    top: Annotated[int, typer.Option(min=1, max=200, help="How many customers each table has.")] = 20,
    customers: Annotated[
        bool, typer.Option("--customers/--no-customers", help="Whether customers stand there one by one.")
    ] = True,
) -> None:
    """Write a page with charts, what to do and whom to call: one HTML file beside the run's folder, no network."""
    from rfm_engine import open_run
    from rfm_engine.cli.display.results import print_line
    from rfm_engine.cli.display.sentences import Sentences
    from rfm_engine.report.page import ReportOptions
    from rfm_engine.report.write import write_report
    from rfm_engine.runs.compare import compare_runs

    opened = open_run(run)
    movement = compare_runs(open_run(before), opened, rules_may_differ=True) if before else None
    options = ReportOptions(language=language, top=top, customers=customers)
    print_line(f"{Sentences(language)('report: ')}{write_report(opened, options, movement, plan)}")
