"""The customers of a finished run as rows of a table that holds those of many datasets."""

from __future__ import annotations

import os
from datetime import date
from typing import TYPE_CHECKING, Final

import polars as pl

from rfm_engine.columns import CUSTOMER_ID
from rfm_engine.databases.pushing import Pushed, Table, push_rows
from rfm_engine.databases.queries import check_address
from rfm_engine.errors import UsageError
from rfm_engine.runs.customers import scan_lists

if TYPE_CHECKING:
    from rfm_engine.runs.finished import FinishedRun

DATASET, AS_OF = "dataset", "as_of"
KEYS: Final = {False: (DATASET,), True: (DATASET, AS_OF)}
"""What the rows of a run have in common, without and with the lists of other statistics dates."""

READ_AHEAD: Final = ("POLARS_CSV_CHUNK_SIZE", "4000000")
"""The bytes of a step by which Polars reads a CSV file, many steps ahead: else all of a file of 350 MB."""


def push_run(  # noqa: PLR0913 each is an option of the command
    run: FinishedRun, address: str, table: str, *, create: bool = False, history: bool = False, dry_run: bool = False
) -> Pushed:
    """Make the rows of the run's dataset in a table those of the run, with `history` those of its date alone.

    The table has the columns of the customers after `dataset` and `as_of`; its key are these two (the date only with
    `history`), the columns of the list and customer_id.

    Raises:
        UsageError: The address names no database, the packages for it are absent, or the customers cannot be read.
        DataError: As `push_rows`.
    """
    try:
        check_address(address)
    except ValueError as error:
        message = f"--database: {error}"
        raise UsageError(message) from None
    keys, scope = run.record.dataset, KEYS[history]
    named = pl.lit(keys["name"]).alias(DATASET), pl.lit(date.fromisoformat(keys[AS_OF])).alias(AS_OF)
    os.environ.setdefault(*READ_AHEAD)
    rows = pl.concat(scan_lists(run.folder, run.record)).select(*named, pl.all())
    key = (*scope, *run.record.lists_by, CUSTOMER_ID)
    try:
        return push_rows(rows, Table(table, key), address, scope=scope, create=create, dry_run=dry_run)
    except pl.exceptions.PolarsError as error:
        message = f"{run.folder}: its customers cannot be read any more; run the dataset again"
        raise UsageError(message) from error
