"""`rfm-engine verify`: whether a run and its orders are still what run.json says."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

SHOWN = 3


def verify(
    run: Annotated[
        Path, typer.Argument(help="The folder of a dataset's run, such as output/sichuan-hiking.", metavar="RUN")
    ],
    *,
    orders_in: Annotated[
        Path | None, typer.Option("--orders-in", help="Where the order files are now, if not where they were.")
    ] = None,
    remote: Annotated[bool, typer.Option("--remote", help="Read inputs at s3://bucket/key again.")] = False,
) -> None:
    """Check the sizes and digests of a run's inputs and outputs against its run.json; exits with 1 on a difference."""
    from rfm_engine.cli.display.results import print_line
    from rfm_engine.grading.summary import pluralize
    from rfm_engine.runs.verify import verify as verified

    found = verified(run, orders_in, remote=remote)
    for difference in found.differences:
        print_line(difference)
    if found.differences:
        raise typer.Exit(1)
    print_line(f"{pluralize(found.inputs, 'input')} and {pluralize(found.outputs, 'output')} are what run.json says")
    if found.unread:
        shown = ", ".join(found.unread[:SHOWN]) + (", ..." if len(found.unread) > SHOWN else "")
        print_line(
            f"not compared, for they lie in an object store: {shown}; add --remote, or --orders-in FOLDER of copies"
        )
