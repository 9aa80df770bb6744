"""Small sets of orders, counted by hand: repeats, conflicts, lines, refunds, and which is newest."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, datetime
from itertools import combinations_with_replacement
from typing import TYPE_CHECKING, NamedTuple

import polars as pl
import pytest

import rfm_engine
from tests.engine import run_files

if TYPE_CHECKING:
    from pathlib import Path

    from rfm_engine.rules import Grain, Refunds


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
Counts = dict[str, tuple[int, int, int, str | None]]


def few() -> list[tuple[Order, ...]]:
    """Return every order alone, every two, and every ninth three."""
    alone, two, three = (list(combinations_with_replacement(ORDERS, size)) for size in (1, 2, 3))
    return [*alone, *two, *three[::9]]


def count_by_hand(orders: list[Order]) -> Counts:
    """Return each customer's orders, yuan, newest day and what the newest order brings along."""
    found: Counts = {}
    by_customer = defaultdict(list)
    for order in orders:
        by_customer[order.customer_id].append(order)
    for customer, own in by_customer.items():
        placed = [order for order in own if order.order_amount > 0]
        if placed:
            newest = max(placed, key=lambda one: (one.day, one.order_id, one.order_amount, one.product_name or ""))
            total = sum(order.order_amount for order in own)
            found[customer] = (len(placed), total, newest.day, newest.product_name)
    return found


def sound(rows: tuple[Order, ...]) -> list[Order]:
    """Return the rows without repeats, and without the rows of an order id that contradict one another."""
    once = list(dict.fromkeys(rows))
    keys = [(row.customer_id, row.order_id) for row in once]
    return [row for row, key in zip(once, keys, strict=True) if keys.count(key) == 1]


def add_by_hand(rows: tuple[Order, ...]) -> list[Order]:
    """Return one order per id: its lines' sum on the newest day of one that costs something, named by the largest."""
    lines = defaultdict(list)
    for row in rows:
        lines[row.customer_id, row.order_id].append(row)
    found = []
    for (customer, order), own in lines.items():
        costly = [line for line in own if line.order_amount > 0]
        largest = max((line.order_amount, line.product_name or "") for line in costly) if costly else (0, "")
        day = max((line.day for line in costly), default=0)
        total = sum(line.order_amount for line in own)
        found.append(Order(customer, order, total, day, largest[1] or None))
    return found


@pytest.mark.parametrize("grain", ["order", "line"])
@pytest.mark.parametrize("refunds", ["reject", "net"])
def test_few_orders_are_counted_as_by_hand(refunds: Refunds, grain: Grain) -> None:
    for rows in few():
        apart = [*rows[::2], *rows[1::2]]  # so that a repeat does not follow its like
        frame = pl.DataFrame(apart, orient="row").with_columns(order_time=pl.datetime(2025, 6, pl.col("day")))
        if frame.schema["product_name"] == pl.Null:
            frame = frame.with_columns(pl.col("product_name").cast(pl.String))
        judged = tuple(row for row in rows if refunds == "net" or row.order_amount > 0)
        expected = count_by_hand(sound(judged) if grain == "order" else add_by_hand(judged))
        if not (expected or judged):
            continue
        if grain == "order" and len(set(judged)) > 1 and not sound(judged):
            continue  # it looks like an export of order lines, and is refused

        graded = rfm_engine.score(frame.drop("day"), as_of="2025-07-01", by=(), grain=grain, refunds=refunds).collect()

        found = graded.select(
            "customer_id", "frequency", "monetary", pl.col("last_order_time").dt.day(), "last_product_name"
        )
        assert {who: (count, int(total), day, what) for who, count, total, day, what in found.rows()} == expected
        assert graded["recency_days"].to_list() == [31 - expected[who][2] for who in graded["customer_id"]]


def test_empty_text_and_none_are_the_same_text() -> None:
    columns = ("customer_id", "order_id", "order_amount", "product_name", "store_code")
    rows = [("a", "1", 5, "", "s1"), ("a", "1", 5, None, "s1"), ("b", "2", 5, "", "s1"), ("b", "2", 5, None, "s2")]
    orders = pl.DataFrame(rows, columns, orient="row").with_columns(order_time=pl.date(2025, 6, 1))

    as_lines = rfm_engine.score(orders, as_of="2025-07-01", by=(), grain="line").collect()
    as_orders = rfm_engine.score(orders[:2], as_of="2025-07-01", by=()).collect()

    assert as_lines.select("monetary", "last_product_name", "last_store_code").rows() == [
        (10, None, "s1"),
        (10, None, "s2"),
    ]
    assert as_orders.select("frequency", "monetary", "last_product_name").rows() == [(1, 5, None)]


def test_the_newest_order_is_the_newest_to_the_microsecond() -> None:
    times = [datetime(2025, 6, 1, 8, 0, 0, micros) for micros in (2, 999_999, 1)]
    whole = [datetime(2025, 5, 1, 8, 0, second % 60) for second in range(200)]
    orders = pl.DataFrame({"order_time": [*whole, *times], "product_name": [*["old"] * 200, "b", "c", "d"]})
    orders = orders.with_columns(order_amount=1, order_id=pl.int_range(203).cast(pl.String), customer_id=pl.lit("x"))

    for frame in (orders, orders[200:], orders.reverse()):
        graded = rfm_engine.score(frame, as_of="2025-07-01", by=()).collect()

        assert graded.select("last_order_time", "last_product_name").rows() == [(times[1], "c")]
        assert graded["frequency"].item() == frame.height


def test_copies_of_a_row_without_an_order_id_are_kept_and_counted(tmp_path: Path) -> None:
    rows = [("a", 5, ""), ("a", 5, None), ("a", 5, "x"), ("b", 5, "x"), ("b", 5, "x"), ("b", 5, "x"), ("b", 6, "x")]
    orders = pl.DataFrame(rows, ("customer_id", "order_amount", "product_name"), orient="row")
    orders.with_columns(order_time=pl.datetime(2025, 6, 1)).write_parquet(tmp_path / "orders.parquet")

    run = run_files(tmp_path, [tmp_path / "orders.parquet"], {"as_of": date(2025, 7, 1)})

    assert run.ledger.repeats_without_order_id == 3
    assert run.ledger.used == len(rows)
    assert run.customers.collect()["frequency"].to_list() == [3, 4]


def test_an_order_of_nothing_is_no_order_where_refunds_are_netted() -> None:
    orders = pl.DataFrame([Order("a", "1", 5, 1, "x"), Order("a", "2", 0, 2, "y")], orient="row")

    graded = rfm_engine.score(
        orders.drop("day").with_columns(order_time=pl.datetime(2025, 6, orders["day"])),
        as_of="2025-07-01",
        by=(),
        refunds="net",
    ).collect()

    assert graded.select("frequency", "monetary", "last_product_name").rows() == [(1, 5, "x")]


def test_a_refund_as_new_as_two_tied_orders_is_not_the_newest_order() -> None:
    rows = [Order("a", "2", 7, 2, "y"), Order("a", "1", 5, 2, "x"), Order("a", "3", -2, 2, "z")]
    orders = pl.DataFrame(rows, orient="row").with_columns(order_time=pl.datetime(2025, 6, pl.col("day")))

    graded = rfm_engine.score(orders.drop("day"), as_of="2025-07-01", by=(), refunds="net").collect()

    assert graded.select("frequency", "last_order_id").rows() == [(2, "2")]


@pytest.mark.parametrize("grain", ["order", "line"])
def test_an_order_of_one_fen_is_an_order(grain: Grain) -> None:
    orders = pl.DataFrame(
        {"customer_id": ["a"], "order_id": ["1"], "order_amount": ["0.01"], "order_time": ["2025-06-01"]}
    )

    customers = rfm_engine.score(orders, as_of=date(2025, 7, 1), grain=grain).collect()

    assert customers.select("frequency", pl.col("monetary").cast(pl.String)).rows() == [(1, "0.01")]
