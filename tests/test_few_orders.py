"""Small sets of orders, counted by hand: repeats, conflicts, lines, refunds, and which is newest."""

from __future__ import annotations

from collections import defaultdict
from itertools import combinations_with_replacement
from typing import NamedTuple

import polars as pl
import pytest

import rfm_engine


class Order(NamedTuple):
    """A row: who ordered, under which id, for how many yuan, on which day of June, and what."""

    customer_id: str
    order_id: str
    order_amount: int
    day: int
    product_name: str | None


ORDERS = [
    *(Order("a", "1", 5, 1, "x"), Order("a", "1", 5, 2, "x"), Order("a", "2", 7, 2, "y"), Order("a", "2", 7, 2, None)),
    *(Order("b", "1", 3, 2, "x"), Order("b", "3", -2, 3, "z"), Order("a", "0", 9, 2, "x")),
]
Counted = dict[str, tuple[int, int, int, str | None]]


def few() -> list[tuple[Order, ...]]:
    """Return every order alone, every two, and every ninth three."""
    alone, two, three = (list(combinations_with_replacement(ORDERS, size)) for size in (1, 2, 3))
    return [*alone, *two, *three[::9]]


def counted(orders: list[Order]) -> Counted:
    """Return each customer's orders, yuan, newest day and what the newest order brings along."""
    told: Counted = {}
    by_customer = defaultdict(list)
    for order in orders:
        by_customer[order.customer_id].append(order)
    for customer, own in by_customer.items():
        placed = [order for order in own if order.order_amount > 0]
        if placed:
            newest = max(placed, key=lambda one: (one.day, one.order_id, one.order_amount, one.product_name or ""))
            total = sum(order.order_amount for order in own)
            told[customer] = (len(placed), total, newest.day, newest.product_name)
    return told


def sound(rows: tuple[Order, ...]) -> list[Order]:
    """Return the rows without repeats, and without the rows of an order id that contradict one another."""
    once = list(dict.fromkeys(rows))
    keys = [(row.customer_id, row.order_id) for row in once]
    return [row for row, key in zip(once, keys, strict=True) if keys.count(key) == 1]


def added(rows: tuple[Order, ...]) -> list[Order]:
    """Return one order per id: its lines' sum on the newest day of one that costs something, named by the largest."""
    lines = defaultdict(list)
    for row in rows:
        lines[row.customer_id, row.order_id].append(row)
    told = []
    for (customer, order), own in lines.items():
        costly = [line for line in own if line.order_amount > 0]
        largest = max((line.order_amount, line.product_name or "") for line in costly) if costly else (0, "")
        day = max((line.day for line in costly), default=0)
        total = sum(line.order_amount for line in own)
        told.append(Order(customer, order, total, day, largest[1] or None))
    return told


@pytest.mark.parametrize("grain", ["order", "line"])
@pytest.mark.parametrize("refunds", ["reject", "net"])
def test_few_orders_are_counted_as_by_hand(refunds: str, grain: str) -> None:
    for rows in few():
        frame = pl.DataFrame(rows, orient="row").with_columns(order_time=pl.datetime(2025, 6, pl.col("day")))
        if frame.schema["product_name"] == pl.Null:
            frame = frame.with_columns(pl.col("product_name").cast(pl.String))
        judged = tuple(row for row in rows if refunds == "net" or row.order_amount > 0)
        expected = counted(sound(judged) if grain == "order" else added(judged))
        if not (expected or judged):
            continue
        if grain == "order" and len(set(judged)) > 1 and not sound(judged):
            continue  # it looks like an export of order lines, and is refused

        graded = rfm_engine.score(frame.drop("day"), as_of="2025-07-01", by=(), grain=grain, refunds=refunds).collect()

        told = graded.select(
            "customer_id", "frequency", "monetary", pl.col("last_order_time").dt.day(), "last_product_name"
        )
        assert {who: (count, int(total), day, what) for who, count, total, day, what in told.rows()} == expected
        assert graded["recency_days"].to_list() == [31 - expected[who][2] for who in graded["customer_id"]]
