"""What stands in the columns of orders is counted, whether the rows count or not."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from rfm_engine.orders.survey import survey_orders
from tests.orders.rows import orders_of, rules_of

ROWS = (
    {"customer_id": "17", "order_id": "a1", "order_status": "paid", "order_amount_fen": 500},
    {"customer_id": "17", "order_id": "a2", "order_status": " paid ", "order_amount_fen": 250},
    {"customer_id": "Ann", "order_id": "a2", "order_status": "refunded", "order_amount_fen": -100},
    {"customer_id": "ann@x.example", "order_id": None, "order_status": "", "order_amount_fen": 1},
    {"customer_id": "guest", "order_id": "甲1", "order_status": None, "order_time": datetime(2026, 1, 1)},
    {"customer_id": None, "order_id": "a_3", "order_status": "paid", "order_amount_fen": 4},
)


def test_each_status_has_its_rows_sum_and_whether_it_counts() -> None:
    found = survey_orders(orders_of(*ROWS), rules_of(keep_status=("paid",))).statuses

    assert [(one.status, one.rows, one.sum_fen, one.counts) for one in found] == [
        ("paid", 3, 754, True),
        (None, 2, 2, False),
        ("refunded", 1, -100, False),
    ]
    assert [one.meaning is None for one in found] == [True, True, False]


def test_all_statuses_count_where_none_is_kept() -> None:
    assert all(one.counts for one in survey_orders(orders_of(*ROWS), rules_of()).statuses)


def test_a_status_that_is_dropped_is_not_looked_at() -> None:
    assert survey_orders(orders_of(*ROWS), rules_of(drop=("order_status",))).statuses == ()
    assert survey_orders(orders_of(*ROWS).drop("order_status"), rules_of()).statuses == ()


def test_ids_are_counted_by_shape_without_words_for_no_customer() -> None:
    customers, orders = survey_orders(orders_of(*ROWS), rules_of()).ids

    assert (customers.column, customers.missing, customers.repeated) == ("customer_id", 2, 1)
    assert [(one.shape, one.different, one.sample) for one in customers.shapes] == [
        ("digits", 1, "17"),
        ("e-mail addresses", 1, "ann@x.example"),
        ("words", 1, "Ann"),
    ]
    assert (orders.column, orders.missing, orders.repeated) == ("order_id", 1, 1)
    assert [(one.shape, one.different) for one in orders.shapes] == [("letters and digits", 3), ("other text", 1)]


@pytest.mark.parametrize(("kept", "day"), [(None, date(2026, 1, 1)), (("paid",), date(2025, 7, 1))])
def test_the_newest_day_is_that_of_the_statuses_that_count(kept: tuple[str, ...] | None, day: date) -> None:
    assert survey_orders(orders_of(*ROWS), rules_of(keep_status=kept)).newest_day == day


def test_a_mask_stands_for_every_value() -> None:
    masked = survey_orders(orders_of(*ROWS), rules_of()).mask("***")

    assert [one.status for one in masked.statuses] == ["***", None, "***"]
    assert {one.sample for ids in masked.ids for one in ids.shapes} == {"***"}
    assert [one.rows for one in masked.statuses] == [3, 2, 1]
