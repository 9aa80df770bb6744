"""Who calls a customer: a file of owners, or a column of the customers."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Final

import polars as pl
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from rfm_engine.columns import CUSTOMER_ID
from rfm_engine.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

UNASSIGNED: Final = "unassigned"
MATCHED_BY: Final = {CUSTOMER_ID: CUSTOMER_ID, "store_code": "last_store_code", "region": "region"}
"""What a row of owners.csv can name, the most specific first, and the column of the customers to compare it with."""


class OwnerRow(BaseModel):
    """A row of the file of owners: whose customers these are, how many calls a day, and days off."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    owner: str = Field(min_length=1)
    customer_id: str | None = None
    store_code: str | None = None
    region: str | None = None
    capacity: int | None = Field(default=None, ge=0)
    days_off: tuple[date, ...] = ()


def read_owners(path: Path) -> list[OwnerRow]:
    """Return the rows of a file of owners; days off are dates in one cell, separated by blanks.

    Raises:
        UsageError: The file cannot be read, or rows of it; all of them are listed.
    """
    try:
        table = pl.read_csv(path, infer_schema=False, glob=False)
    except (OSError, pl.exceptions.PolarsError) as error:
        message = f"{path}: cannot be read as a CSV file of owners: {error}"
        raise UsageError(message) from error
    rows, faults = [], []
    for number, row in enumerate(table.iter_rows(named=True), start=2):
        cells = {name: cell for name, cell in row.items() if cell not in (None, "")}
        cells["days_off"] = str(cells.get("days_off", "")).split()
        try:
            rows.append(OwnerRow.model_validate(cells))
        except ValidationError as error:
            faults += [
                f"{path}, row {number}: {'.'.join(map(str, one['loc']))}: {one['msg']}" for one in error.errors()
            ]
        else:
            if sum(cells.get(name) is not None for name in MATCHED_BY) != 1:
                faults.append(f"{path}, row {number}: name one of {', '.join(MATCHED_BY)}")
    if faults:
        raise UsageError("\n".join(faults))
    return rows


def assign_owners(customers: pl.LazyFrame, owners: Iterable[OwnerRow]) -> pl.LazyFrame:
    """Add `owner` by the most specific row that names the customer, the store of the last order, or the region."""
    rows, present = list(owners), customers.collect_schema().names()
    found = []
    for name, column in MATCHED_BY.items():
        named = {getattr(row, name): row.owner for row in rows if getattr(row, name) is not None}
        if named and column in present:
            found.append(pl.col(column).replace_strict(named, default=None, return_dtype=pl.String))
    return customers.with_columns(pl.coalesce(*found, pl.lit(UNASSIGNED)).alias("owner"))


def owners_by_column(customers: pl.LazyFrame, column: str) -> pl.LazyFrame:
    """Add `owner` from a column of the customers, such as last_store_code.

    Raises:
        UsageError: The customers have no such column.
    """
    if column not in (present := customers.collect_schema().names()):
        message = f"--owner-by {column}: no such column; there are {', '.join(present)}"
        raise UsageError(message)
    return customers.with_columns(pl.col(column).cast(pl.String).fill_null(UNASSIGNED).alias("owner"))
