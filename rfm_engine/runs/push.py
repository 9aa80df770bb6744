"""The customers of a finished run as rows of a table that holds those of many datasets."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Final

import polars as pl

from rfm_engine.columns import CUSTOMER_ID
from rfm_engine.databases.pushing import Pushed, Table, push_rows
from rfm_engine.databases.queries import check_address
from rfm_engine.errors import UsageError

if TYPE_CHECKING:
    from rfm_engine.runs.finished import FinishedRun

DATASET, AS_OF = "dataset", "as_of"
KEYS: Final = {False: (DATASET,), True: (DATASET, AS_OF)}
"""What the rows of a run have in common, without and with the lists of other statistics dates."""


def push_run(  # noqa: PLR0913 each is an option of the command
    run: FinishedRun, address: str, table: str, *, create: bool = False, history: bool = False, dry_run: bool = False
) -> Pushed:
    """Make the rows of the run's dataset in a table those of the run, with `history` those of its date alone.

    The table has the columns of the customers after `dataset` and `as_of`; its key are these two (the date only with
    `history`), the columns of the list and customer_id.

    Raises:
        UsageError: The address names no database, or the packages for it are absent.
        DataError: As `push_rows`.
    """
    try:
        check_address(address)
    except ValueError as error:
        message = f"--database: {error}"
        raise UsageError(message) from None
    keys, scope = run.record.dataset, KEYS[history]
    named = pl.lit(keys["name"]).alias(DATASET), pl.lit(date.fromisoformat(keys[AS_OF])).alias(AS_OF)
    rows = run.customers().select(*named, pl.all()).collect()
    key = (*scope, *run.record.lists_by, CUSTOMER_ID)
    return push_rows(rows, Table(table, key), address, scope=scope, create=create, dry_run=dry_run)
