"""Rows counted by file, day and check: under numbers as under names, outside the window alone as among all."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rfm_engine.columns import CURRENCY, ORDER_AMOUNT_FEN, ORDER_TIME
from rfm_engine.orders import file_numbers
from rfm_engine.orders.cells.amounts import ROUNDED
from rfm_engine.orders.cleaning import PASSED
from rfm_engine.orders.failing_rows import FailingRows
from rfm_engine.orders.order_ids.duplicates import Duplicates
from rfm_engine.orders.reading import SOURCE_FILE
from rfm_engine.orders.staging import ROW
from rfm_engine.state.by_day.row_counts import (
    TEST,
    count_days_as_passing,
    count_tests,
    find_outside,
    is_in,
    judge_outside,
)
from rfm_engine.state.open_ids import drop_rows
from tests.engine import order_set_by
from tests.state.parts.orders import ORDERS, RULES, is_outside, judge_order, make_orders

if TYPE_CHECKING:
    from tests.state.parts.orders import Order

FIRST = datetime(1970, 1, 1)
ROWS = [
    ("a", -20_000, False), ("a", -1, True), ("a", -1, None),
    ("b", -1, False), ("b", 0, True), ("b", 20_000, True), ("b", 0, True),
    ("c", 2_932_896, False), ("c", -354_285, False),
]  # fmt: skip
FIRST_ROWS = {"a": 0, "b": 3, "c": 7}
COUNTED = [
    ("a", -20_000, 1, 0, 0, 0), ("a", -1, 2, 1, 1, 2),
    ("b", -1, 1, 0, 3, 3), ("b", 0, 2, 2, 4, 6), ("b", 20_000, 1, 1, 5, 5),
    ("c", -354_285, 1, 0, 8, 8), ("c", 2_932_896, 1, 0, 7, 7),
]  # fmt: skip


@pytest.mark.parametrize("fewest", [1, 100])
@pytest.mark.parametrize("rounding", [1, 0])
def test_rows_are_counted_by_file_and_day_whether_their_files_have_numbers_or_names(
    fewest: int, rounding: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(file_numbers, "FEWEST_ROWS", fewest)
    rows = [
        (number, file, FIRST + timedelta(days=day, hours=9), 5, rounded)
        for number, (file, day, rounded) in enumerate(ROWS)
    ]
    schema: Any = {ROW: pl.UInt32, SOURCE_FILE: pl.String, ORDER_TIME: pl.Datetime("us"), ORDER_AMOUNT_FEN: pl.Int64}
    orders = order_set_by([], pl.LazyFrame(rows, schema | {ROUNDED: pl.Boolean}, orient="row"), len(rows))

    counted = count_days_as_passing(orders, FIRST_ROWS, may_be_rounded=bool(rounding))

    expected = [
        (PASSED, file, FIRST.date() + timedelta(days=day), None, None, many, rounded * rounding, 0, 0, *ends)
        for file, day, many, rounded, *ends in COUNTED
    ]
    assert counted.sort(SOURCE_FILE, "day").rows() == expected
    assert counted.schema[TEST] == pl.Int8


@given(ORDERS, st.integers(0, 2), RULES)
def test_rows_count_by_the_numbers_of_their_files_as_by_the_names(
    rows: list[Order], dropped: int, rules: dict[str, Any]
) -> None:
    by_file = sorted(rows, key=lambda order: order[6])
    names = [order[6] for order in by_file]
    orders = make_orders(by_file, **rules)
    without = drop_rows(pl.int_range(min(dropped, len(rows)), eager=True))

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(file_numbers, "FEWEST_ROWS", 1)
        found = count_tests(orders, without, {name: names.index(name) for name in dict.fromkeys(names)})

    expected = count_tests(orders, without)
    assert found.sort(found.columns).equals(expected.sort(expected.columns))
    assert found.schema == expected.schema


@given(ORDERS, st.sampled_from([{}, {"m1": 0}]))
def test_rows_of_several_currencies_are_counted_by_currency(rows: list[Order], first_rows: dict[str, int]) -> None:
    currency = pl.when(pl.col(ROW) % 2 == 0).then(pl.lit("USD")).alias(CURRENCY)
    orders = make_orders([(*order[:6], "m1") for order in rows], [currency])

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(file_numbers, "FEWEST_ROWS", 1)
        found = count_tests(orders, Duplicates(), first_rows)

    counts = dict(found.group_by(CURRENCY).agg(pl.col("rows").sum()).iter_rows())
    assert counts == {"USD": (len(rows) + 1) // 2, None: len(rows) // 2}


@given(ORDERS, RULES)
def test_rows_outside_the_window_are_found_by_day_and_judged_alone(rows: list[Order], rules: dict[str, Any]) -> None:
    rules |= {"grain": "order"}
    dated = [order for order in sorted(rows, key=lambda order: order[6]) if order[3] is not None]
    sound = [order for order in dated if is_outside(order, rules) or judge_order(order, rules)[0] == "passed"]
    orders = make_orders(sound, **rules)
    days = count_days_as_passing(orders, {}, may_be_rounded=True)
    outside = [number for number, order in enumerate(sound) if is_outside(order, rules)]

    ranges = find_outside(days, orders.rules)
    failing = FailingRows(pieces=(orders.rows.filter(pl.col(ROW).is_in(outside)),), are_outside=True)
    judged = judge_outside(orders, days, failing)

    assert {number for each in ranges for number in range(each.begin, each.end)} >= {*outside}
    assert sum(each.rows for each in ranges) == len(outside)
    expected = count_tests(orders, Duplicates())
    assert judged.sort(judged.columns).equals(expected.sort(expected.columns))
    assert count_days_as_passing(orders, {}, may_be_rounded=False).equals(
        days.with_columns(rounded=pl.lit(0, pl.Int64))
    )


def test_a_day_is_in_the_window_with_its_ends_and_where_it_does_not_matter() -> None:
    days = pl.DataFrame({"day": [None, *(date(2025, 1, day) for day in (1, 2, 3, 4))]})

    found = days.select(since=is_in(date(2025, 1, 2), date(2025, 1, 3)), ever=is_in(None, date(2025, 1, 1)))

    assert found["since"].to_list() == [True, False, True, True, False]
    assert found["ever"].to_list() == [True, True, False, False, False]
