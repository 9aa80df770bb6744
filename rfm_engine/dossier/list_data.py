"""The customers of one list, under the headers of the registry's data files."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import polars as pl

from rfm_engine.columns import (
    AS_OF,
    CUSTOMER_ID,
    FREQUENCY,
    LAST_ORDER_TIME,
    MONETARY,
    RECENCY_DAYS,
    RFM_SCORE,
    SCORES,
    TIER,
)
from rfm_engine.errors import UsageError, nearest

if TYPE_CHECKING:
    from rfm_engine.runs.finished import FinishedRun

BETWEEN: Final = " / "
LAST: Final[tuple[str, ...]] = ("last_store_code", "last_product_name", LAST_ORDER_TIME)
SHOWN: Final = 12


@dataclass(frozen=True, kw_only=True)
class ListData:
    """One list of a run: its name, the values of its columns, and its customers, one row each by customer_id."""

    name: str
    values: dict[str, str]
    customers: pl.DataFrame


def find_lists(run: FinishedRun) -> list[dict[str, str]]:
    """Return the values of the columns of each list of a run; one list without columns where there is one alone."""
    by = run.record.lists_by
    rows = [{name: str(row[name]) for name in by} for row in run.record.tier_counts]
    return [dict(pairs) for pairs in dict.fromkeys(tuple(row.items()) for row in rows)]


def name_list(run: FinishedRun, values: dict[str, str]) -> str:
    """Return the name of a list; a run that is one list has the dataset's."""
    return BETWEEN.join(values.values()) or str(run.record.dataset["name"])


def choose_list(run: FinishedRun, name: str | None) -> dict[str, str]:
    """Return the list of a name, or the only one.

    Raises:
        UsageError: There is none of that name, or none is named and there are several.
    """
    lists = {name_list(run, values): values for values in find_lists(run)}
    if name is None and len(lists) == 1:
        return next(iter(lists.values()))
    if name in lists:
        return lists[name]
    known = ", ".join([*lists][:SHOWN]) + (f" and {len(lists) - SHOWN} more" if len(lists) > SHOWN else "")
    asked = f"no list {name!r}{nearest(name, lists)}" if name else "name one with --list, or make all with --all-lists"
    message = f"{run.folder}: {asked} (lists: {known})"
    raise UsageError(message)


def read_list(run: FinishedRun, values: dict[str, str]) -> ListData:
    """Return the customers of a list with the columns of the registry's data: what the run dropped is absent."""
    customers = run.customers()
    there = customers.collect_schema().names()
    last = [name for name in LAST if name in there and name.removeprefix("last_") not in run.record.lists_by]
    plain: dict[str, str] = {name: name.removeprefix("last_") for name in last if name != LAST_ORDER_TIME}
    named = (*run.record.lists_by, CUSTOMER_ID, *last, RECENCY_DAYS, FREQUENCY, MONETARY, *SCORES, RFM_SCORE, TIER)
    chosen = customers.filter(pl.col(name) == value for name, value in values.items()) if values else customers
    table = chosen.select(*named, pl.lit(run.record.dataset["as_of"]).str.to_date("%Y-%m-%d").alias(AS_OF))
    return ListData(
        name=name_list(run, values), values=values, customers=table.sort(CUSTOMER_ID).rename(plain).collect()
    )
