"""Further rows of an order: what they lack stands in the first. Slow and obvious; shares nothing with the engine."""

from __future__ import annotations

from collections import defaultdict
from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.oracle.scorer import Row

INHERITED = ("customer_id", "order_time", "status", "region", "store_code")


def complete(texts: list[dict[str, str]], columns: set[str]) -> list[int]:
    """Fill the blank cells of further rows in place; return the rows that are left out, for they have no amount.

    A row is a further one if the row before has the same order id; it takes what the first row of them all has.
    """
    if "order_id" not in columns or not texts:
        return []
    without_amount, first = [], texts[0]
    for index, (before, row) in enumerate(pairwise(texts), start=1):
        if not row["order_id"] or row["order_id"] != before["order_id"]:
            first = row
            continue
        row |= {name: first[name] for name in INHERITED if not row[name]}
        without_amount += [] if row["order_amount"] else [index]
    return without_amount


def unpaid_lines(rows: list[Row]) -> list[int]:
    """The lines of orders, of one list and customer each, that add up to nothing or less."""
    groups: dict[object, list[Row]] = defaultdict(list)
    for row in rows:
        groups[row.list_key, row.customer_id, row.order_id].append(row)
    return [row.index for lines in groups.values() if sum(line.amount for line in lines) <= 0 for row in lines]
