"""Several rows of one order: what further rows lack, and what lines add up to. Slow and obvious; no engine in it."""

from __future__ import annotations

from collections import defaultdict
from decimal import ROUND_HALF_UP, Context, Decimal, Inexact
from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.oracle.scorer import Row, Rules

EXACT = Context(prec=10_000, traps=[Inexact])
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


def lines_of_orders(rows: list[Row], rules: Rules) -> list[list[Row]]:
    """One customer's rows by order: with grain "line" one per order_id, with "day" one per date; else one per row."""
    groups: dict[object, list[Row]] = defaultdict(list)
    for row in rows:
        grain = "order" if rules.grain == "line" and not row.order_id else rules.grain
        groups[{"line": row.order_id, "day": row.time.date(), "order": row.index}[grain]].append(row)
    return list(groups.values())


def sum_of(rows: list[Row]) -> Decimal:
    """The exact sum of amounts."""
    total = Decimal(0)
    for row in rows:
        total = EXACT.add(total, row.amount)
    return total


def whole_fen(amount: Decimal) -> Decimal:
    """Yuan in two places, halves away from 0."""
    return amount.quantize(Decimal("0.01"), ROUND_HALF_UP, Context(prec=10_000))


def unpaid_lines(rows: list[Row]) -> list[int]:
    """The lines of orders, of one list and customer each, that add up to nothing or less."""
    groups: dict[object, list[Row]] = defaultdict(list)
    for row in rows:
        groups[row.list_key, row.customer_id, row.order_id].append(row)
    return [row.index for lines in groups.values() if whole_fen(sum_of(lines)) <= 0 for row in lines]
