"""`rfm-engine push`: a finished run's customers into a table of a database."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def push(  # noqa: PLR0913 each is an option
    run: Annotated[
        Path, typer.Argument(help="The folder of a dataset's run, such as output/sichuan-hiking.", metavar="RUN")
    ],
    *,
    database: Annotated[
        str, typer.Option(metavar="URI", help="postgresql://user@host/database, or env for $RFM_DATABASE_URI.")
    ],
    table: Annotated[str, typer.Option(help="Where to, such as crm.customers.")] = "rfm_customers",
    create: Annotated[bool, typer.Option("--create", help="Make the table if it is missing.")] = False,
    history: Annotated[bool, typer.Option("--history", help="Keep the lists of other statistics dates.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would change, and change nothing.")] = False,
) -> None:
    """Make a table's rows of a dataset those of its run, in one transaction; no table is dropped or altered."""
    from rfm_engine import open_run
    from rfm_engine.cli.display.results import print_line
    from rfm_engine.runs.push import push_run

    pushed = push_run(open_run(run), database, table, create=create, history=history, dry_run=dry_run)
    would = "would be " if dry_run else ""
    changes = f"{pushed.new:,} new, {pushed.changed:,} changed, {pushed.gone:,} gone, {pushed.same:,} as they were"
    print_line(f"{table}: customers {would}{changes}")
