"""What all partitions come to, together."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import polars as pl

from rfm_engine.columns import CURRENCY, CUSTOMER_ID, ORDER_ID
from rfm_engine.config.frames import as_frame
from rfm_engine.errors import DataError
from rfm_engine.orders.rejects import CONFLICT, REJECT_SCHEMA
from rfm_engine.partition.money import count_in_shared_units
from rfm_engine.partition.work import KIND

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from rfm_engine.config.frames import ArrowStream

    Frame = pl.LazyFrame | pl.DataFrame | ArrowStream

MANY: Final = 20
SHARE: Final = 10


@dataclass(frozen=True, kw_only=True)
class Merged:
    """What all partitions come to: customers for `rfm_engine.grade`, rows by outcome, and the rejected rows.

    `customers` has one row per (list, customer), with `monetary_fen` as `grade` takes it for the currencies of the
    lists, or for the one that is kept; `ledger` adds up to the rows that the partitions had, `rejects` has
    the column, value and reason of each rejected row, sorted; also its file and row, where the orders had them as
    `source_file` and `source_row`, as a cluster knows them.
    """

    customers: pl.DataFrame
    ledger: Mapping[str, int]
    rejects: pl.DataFrame


def merge(results: Iterable[Frame]) -> Merged:
    """Return what the results of all partitions come to.

    Raises:
        DataError: So many rows conflict that they are order lines, as in a run.
    """
    whole = pl.concat([as_frame(result).collect() for result in results]).lazy()
    ledger, rejects = add_up(whole, "outcome"), list_rejects(whole)
    customers = list_customers(whole).collect()
    given = [one.name for one in customers if one.name == CUSTOMER_ID or one.null_count() < customers.height]
    return Merged(customers=customers.select(given).sort(CUSTOMER_ID), ledger=ledger, rejects=rejects)


def add_up(results: pl.LazyFrame, kind: str) -> dict[str, int]:
    """Return the rows of each outcome, or the sums of each warning, of all partitions together.

    Raises:
        DataError: As `merge`.
    """
    counts = (
        results.filter(pl.col(KIND) == kind).group_by("outcome").agg(pl.col("rows").sum()).filter(pl.col("rows") > 0)
    )
    found = dict(counts.sort("outcome").collect().iter_rows())
    _refuse_lines(found)
    return found


def list_customers(results: pl.LazyFrame) -> pl.LazyFrame:
    """Return the customers of all partitions, one row per (list, customer)."""
    customers = results.filter(pl.col(KIND) == "customer").drop(KIND, "outcome", "rows", *REJECT_SCHEMA)
    return count_in_shared_units(customers) if CURRENCY in customers.collect_schema() else customers


def list_rejects(results: pl.LazyFrame) -> pl.DataFrame:
    """Return the rejected rows of all partitions, in the order of the files."""
    return results.filter(pl.col(KIND) == "reject").select(*REJECT_SCHEMA).sort(pl.all()).collect()


def _refuse_lines(ledger: Mapping[str, int]) -> None:
    conflicting = sum(rows for outcome, rows in ledger.items() if outcome.endswith(f": {CONFLICT}"))
    passed = ledger.get("used", 0) + ledger.get("duplicates", 0) + conflicting
    if conflicting and (conflicting == passed or (conflicting >= MANY and conflicting * SHARE >= passed)):
        message = f"{conflicting:,} of {passed:,} rows share an {ORDER_ID} with a row that differs; see --grain line"
        raise DataError(message)
