"""What a statement cannot do as the engine does it: all of it is named at once, and nothing is written."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import polars as pl

from rfm_engine.columns import (
    CURRENCY,
    ORDER_AMOUNT,
    ORDER_TIME,
    QUANTITY,
    REFUNDED_AMOUNT,
    UNIT_PRICE,
)
from rfm_engine.errors import DatasetError
from rfm_engine.vocabulary.currencies import CENTS, minor_unit

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rfm_engine.config.job import Job
    from rfm_engine.sql.source_table import SourceTable

OWN_COLUMNS: Final = (
    *("failed", "is_order", "is_exact", "copies", "versions", "place", "latest", "signs", "order_day"),
    *("is_amount_given", "plain_status"),
)
"""Columns that the statement makes on its way."""

OF_TEXT: Final = ("order_time_format", "time_zone", "decimal_comma", "amount_style")
OF_ROWS: Final = {
    "same_id": "store the ids in one spelling",
    "same_region": "store the official names of provinces",
    "order_total": "store each order once",
    "latest_export": "store each order once",
    "carry": "join further columns to the list by last_order_id",
    "dormant": "leave it out",
}
"""Rules that need more than one statement sees, and what does the same in the warehouse."""

OF_CUSTOMERS: Final = {
    "carry": "the statement brings no further column along; join it by last_order_id",
}
"""Rules about what customers are listed with, which a statement lacks."""

FACTORS: Final = (QUANTITY, UNIT_PRICE, REFUNDED_AMOUNT)


def refuse_unsayable(job: Job, table: SourceTable) -> None:
    """Check that one statement can say every rule of the dataset.

    Raises:
        DatasetError: It cannot; the message names every rule and column that it cannot say, and what to do.
    """
    faults = [*_keys(job), *_columns(job, table), *_types(table)]
    if faults:
        raise DatasetError("\n".join((f"{job.dataset.name}: no statement can say:", *faults)))


def _keys(job: Job) -> Iterator[str]:
    dataset, fields = job.dataset, type(job.dataset).model_fields
    if dataset.customers:
        yield "customers: they are counted already"
    for key in OF_TEXT:
        if getattr(dataset, key) != fields[key].default:
            yield f"{key}: of cells that hold text; a table holds local times and decimal amounts"
    for key, fix in OF_ROWS.items():
        if getattr(dataset, key) not in (fields[key].default, "rejected"):
            yield f"{key}: needs a look at all rows before; {fix}"
    for key, lack in OF_CUSTOMERS.items():
        if getattr(dataset, key):
            yield f"{key}: {lack}"
    for status in dataset.keep_status or ():
        if any(sign.lower() != sign.upper() and not sign.isascii() for sign in status):
            yield f"keep_status {status!r}: warehouses differ in the case of letters beyond A to Z; store another word"


def _columns(job: Job, table: SourceTable) -> Iterator[str]:
    if table.source:
        yield f"source {table.source}: the files are an export that is read by its own rules; see --source none"
    if factors := [name for name in FACTORS if name in table.columns]:
        yield f"{', '.join(factors)}: store the amount of an order, and map it alone (--column {factors[0]}=none)"
    if CURRENCY in table.columns and not (job.rules.keep_currency or CURRENCY in job.rules.by):
        yield "currency: no statement stops at several; keep one, --keep-currency EUR, or --by currency"
    if declared := job.dataset.foreign_currency:
        yield f"currency {declared}: no statement says what no column does; store one, and --keep-currency {declared}"
    kept = job.rules.keep_currency
    if kept and minor_unit(kept.upper()) != CENTS:
        decimals = minor_unit(kept.upper())
        yield f"keep_currency {kept}: statements count two decimals, and it has {decimals}; run the orders"
    if CURRENCY in job.rules.by and job.dataset.unit != "yuan":
        yield f"unit {job.dataset.unit} of several currencies: store amounts in whole units, 12.34, without unit"
    for name in job.rules.by:
        if name.casefold() in OWN_COLUMNS:
            yield f"by {name}: the statement has a column of that name; make a view that names it otherwise"
    folded = [name.casefold() for name in table.columns]
    if twice := sorted({name for name in table.columns if folded.count(name.casefold()) > 1}):
        yield f"by {', '.join(twice)}: warehouses take names that differ in case alone for one"


def _types(table: SourceTable) -> Iterator[str]:
    for name, dtype in table.types.items():
        if name == ORDER_AMOUNT:
            fits = dtype.is_numeric()
        elif name == ORDER_TIME:
            fits = isinstance(dtype, pl.Date) or (isinstance(dtype, pl.Datetime) and dtype.time_zone is None)
        else:
            fits = dtype.is_integer() or isinstance(dtype, pl.String | pl.Categorical | pl.Enum)
        if not fits:
            needed = {ORDER_AMOUNT: "a number", ORDER_TIME: "a local time or a date"}.get(name, "text or whole numbers")
            yield f"{name} ({table.columns[name]!r}): {dtype} in the files; a statement needs {needed}, make a view"
