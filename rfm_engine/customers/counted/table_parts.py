"""Customers that were counted elsewhere, in parts that fit into memory one at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import polars as pl

from rfm_engine.columns import MONETARY_FEN
from rfm_engine.customers.batches import spool
from rfm_engine.customers.counted.table import MOST_FEN, read_customer_table
from rfm_engine.errors import DataError
from rfm_engine.orders.cells.ids import id_text
from rfm_engine.system.spill import memory_limit

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from rfm_engine.rules import Rules

PART_CUSTOMERS: Final = 15_000_000
"""Customers that are in memory together, where no budget is set."""

CUSTOMER_BYTES: Final = 400
"""Memory for each customer while its list is graded."""


def read_in_parts(
    table: pl.LazyFrame, mapping: Mapping[str, str], by: Sequence[str], rules: Rules
) -> list[pl.LazyFrame]:
    """Return the customers of a table by list and customer_id, some whole lists a part; errors as a table's.

    One part is in memory; several are read one after the other, each into a temporary file.
    """
    lists = _split_lists(table, mapping, by)
    if len(lists) <= 1:
        return [read_customer_table(table, mapping, by, rules).lazy()]
    first = _first_list_column(table, mapping, by)
    chosen = [table.filter(first.is_in(pl.Series(values, dtype=pl.String), nulls_equal=True)) for values in lists]
    parts = [spool(read_customer_table(some, mapping, by, rules).lazy()) for some in chosen]
    total = pl.concat(parts).select(pl.col(MONETARY_FEN).cast(pl.Int128).sum()).collect().item()
    if total > MOST_FEN:
        message = f"customers: they spent {total} fen in all, more than can be added up"
        raise DataError(message)
    return parts


def _split_lists(table: pl.LazyFrame, mapping: Mapping[str, str], by: Sequence[str]) -> list[list[str | None]]:
    """Return the values of the first list column of each part; a list that is larger than a part is one by itself."""
    if not by:
        return []
    budget = memory_limit()
    most = PART_CUSTOMERS if budget is None else budget // CUSTOMER_BYTES
    first = _first_list_column(table, mapping, by).alias("list")
    counts = table.group_by(first).agg(pl.len()).sort("list").collect(engine="streaming")
    filled, parts = most, list[list[str | None]]()
    for value, customers in counts.iter_rows():
        if not parts or filled + customers > most:
            parts.append([])
            filled = 0
        parts[-1].append(value)
        filled += customers
    return parts


def _first_list_column(table: pl.LazyFrame, mapping: Mapping[str, str], by: Sequence[str]) -> pl.Expr:
    header = mapping[by[0]]
    return id_text(header, table.collect_schema()[header], trim=True).replace("", None)
