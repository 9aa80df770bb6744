"""Rows are counted by file and day, and the counts of any rows can be taken off again."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rfm_engine.columns import ORDER_AMOUNT_FEN, ORDER_TIME
from rfm_engine.orders import file_numbers
from rfm_engine.orders.cells.amounts import PARTS, REMAINDER, ROUNDED
from rfm_engine.orders.cleaning import LEFT_OUT_OUTCOMES, OTHER_REGION, OTHER_STATUS, PASSED, REJECTED, count_by_check
from rfm_engine.orders.failing_rows import FailingRows
from rfm_engine.orders.order_ids.duplicates import Duplicates
from rfm_engine.orders.reading import SOURCE_FILE
from rfm_engine.orders.rejects import REJECT_SCHEMA
from rfm_engine.orders.staging import ROW
from rfm_engine.state.by_day.day_ledger import (
    SCHEMA,
    TEST,
    Judged,
    add_days,
    count_checks,
    count_days,
    count_days_as_passing,
    count_tests,
    find_outside,
    is_in,
    judge_outside,
    list_rejects,
    make_ledger,
    span_days,
    subtract_days,
)
from rfm_engine.state.memo import UnusableStateError
from rfm_engine.state.open_ids import drop_rows
from tests.engine import order_set_by
from tests.state.parts.orders import ORDERS, RULES, count_orders, is_outside, judge_order, make_orders

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


DAYS = st.lists(
    st.tuples(
        st.sampled_from(["passed", REJECTED]),
        st.sampled_from(["a", "b"]),
        st.sampled_from([None, date(2025, 1, 1), date(2025, 1, 2)]),
        st.sampled_from([None, "paid"]),
        st.none(),
        *[st.integers(1, 3)] * 4,
    ),
    max_size=5,
).map(lambda rows: add_days([pl.DataFrame(rows, SCHEMA, orient="row")]))


@given(DAYS, DAYS)
def test_what_is_taken_off_leaves_what_was_there_without_it(days: pl.DataFrame, others: pl.DataFrame) -> None:
    assert subtract_days(add_days([days, others]), others).equals(days)
    assert subtract_days(days, days).is_empty()


def _days(*rows: tuple[str, str, date | None, int, int]) -> pl.DataFrame:
    made = [(outcome, file, day, None, None, many, rounded, 0, 0) for outcome, file, day, many, rounded in rows]
    return pl.DataFrame(made, SCHEMA, orient="row")


def test_the_ledger_counts_each_outcome_of_the_window_and_the_rest_as_outside() -> None:
    first, last = date(2025, 1, 1), date(2025, 1, 31)
    days = _days(("passed", "a", first, 7, 2), ("passed", "a", last, 9, 9), (REJECTED, "b", None, 2, 5))
    days = pl.concat([days, _days((OTHER_STATUS, "b", first, 3, 4))])
    reasons = [("a", 1, "order_amount", "x", "no amount")] * 2 + [("a", 1, "order_id", "x", "conflicts")]
    rejects = pl.DataFrame(reasons, REJECT_SCHEMA, orient="row")
    judged = Judged(dropped=3, conflicting=1, rejects=rejects, unmatched=["west"])

    ledger = make_ledger(days, (pl.col("day") == first) | pl.col("day").is_null(), judged)

    assert (ledger.read, ledger.outside_window, ledger.other_status, ledger.other_region) == (21, 9, 3, 0)
    assert (ledger.used, ledger.duplicates, ledger.rounded) == (4, 2, 2)
    assert ledger.rejected == {"order_amount: no amount": 2, "order_id: conflicts": 1}
    assert (ledger.left_out, ledger.unmatched) == ({}, ("west",))
    with pytest.raises(UnusableStateError, match=r"^its rejected rows are not those that it counts$"):
        make_ledger(days, pl.lit(value=True), replace(judged, conflicting=0))


def test_the_ledger_has_reasons_and_rows_left_out_in_order() -> None:
    days = _days(*((name, "a", None, 2, 0) for name in reversed(LEFT_OUT_OUTCOMES)), (REJECTED, "a", None, 9, 0))
    reasons = [("a", 1, f"column {number // 3}", "x", f"reason {number % 3}") for number in range(9)]
    judged = Judged(dropped=0, conflicting=0, rejects=pl.DataFrame(reasons, REJECT_SCHEMA, orient="row"), unmatched=[])

    ledger = make_ledger(days, pl.lit(value=True), judged)

    assert [*ledger.rejected] == [f"column {number // 3}: reason {number % 3}" for number in range(9)]
    assert [*ledger.left_out.items()] == [(name, 2) for name in sorted(LEFT_OUT_OUTCOMES)]


def test_where_no_row_counts_none_is_used() -> None:
    judged = Judged(dropped=0, conflicting=0, rejects=pl.DataFrame(schema=REJECT_SCHEMA), unmatched=[])

    ledger = make_ledger(_days((OTHER_REGION, "b", None, 3, 4)), pl.lit(value=True), judged)

    assert (ledger.read, ledger.used, ledger.other_status, ledger.other_region) == (3, 0, 0, 3)
    assert (ledger.rounded, ledger.outside_window) == (0, 0)


def test_a_file_spans_the_days_of_its_rows_that_may_count() -> None:
    first, last = date(2025, 1, 1), date(2025, 1, 31)
    days = _days(("passed", "a", last, 1, 0), ("passed", "a", first, 1, 0), (REJECTED, "b", None, 1, 0))

    assert span_days(days) == {"a": (first, last)}


@given(ORDERS, st.integers(0, 2), RULES)
def test_rows_are_counted_by_what_becomes_of_them_whatever_the_window(
    rows: list[Order], dropped: int, rules: dict[str, Any]
) -> None:
    orders, without = make_orders(rows, **rules), drop_rows(pl.int_range(min(dropped, len(rows)), eager=True))

    days = count_days(orders, without)

    expected = count_orders(rows[dropped:], rules)
    assert {tuple(row[:5]): [*row[5:]] for row in days.rows()} == expected
    assert days.schema == SCHEMA
    assert days.equals(days.sort(*days.columns[:5]))


@given(ORDERS, RULES)
def test_rows_by_day_are_rows_by_check_in_any_window(rows: list[Order], rules: dict[str, Any]) -> None:
    orders = make_orders(rows, **rules | {"grain": "order"})

    found = count_checks(orders, count_tests(orders, Duplicates()))

    expected = count_by_check(orders.rows, orders.checks).collect().cast({"rounded": pl.Int64})
    assert found.sort(TEST).equals(expected.sort("test"))


@given(ORDERS, st.integers(0, 2), RULES)
def test_rows_that_are_rejected_in_some_window_have_their_day(
    rows: list[Order], dropped: int, rules: dict[str, Any]
) -> None:
    orders, without = make_orders(rows, **rules), drop_rows(pl.int_range(min(dropped, len(rows)), eager=True))
    expected = [
        (order[6], number, judged[1])
        for number, order in enumerate(rows)
        if number >= dropped and (judged := judge_order(order, rules))[0] == REJECTED
    ]
    failing = count_tests(orders, without)[TEST].unique()

    found = list_rejects(orders, {"order_id": "No."}, without)

    assert found.select("file", "row", "day").rows() == expected
    assert {"order_id"}.isdisjoint(found["column"])
    assert found.schema == REJECT_SCHEMA | {"day": pl.Date}
    assert list_rejects(orders, {"order_id": "No."}, without, failing).equals(found)


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


def test_orders_whose_lines_add_up_to_a_part_of_a_fen_are_counted_on_their_last_day() -> None:
    half = PARTS // 2
    lines = [("o1", 3, half), ("o1", 4, half), ("o2", 5, 3), ("o2", 6, 4), ("o3", 6, -1), ("o4", 25, 3)]
    lines += [("o5", 7, half)] * 2 + [("o6", 8, half)] * 2 + [("o7", 9, PARTS // 5 * 2)] * 25
    places = [*[("n", "a")] * 7, ("m", "a"), ("n", "a"), ("n", "b"), *[("n", "a")] * 25]
    rows: list[Order] = [
        (order_id, customer, region, datetime(2025, 1, day), 5, "paid", "m1")
        for (order_id, day, _), (region, customer) in zip(lines, places, strict=True)
    ]
    parts = [pl.lit(pl.Series([part for *_, part in lines])).alias(REMAINDER)]

    days = count_days(make_orders(rows, parts, grain="line"), Duplicates()).filter(pl.col("rounded") > 0)

    assert days.select("outcome", SOURCE_FILE, "day", "rounded").rows() == [
        ("passed", "m1", date(2025, 1, day), 2) for day in (6, 7, 8)
    ]


def test_a_day_is_in_the_window_with_its_ends_and_where_it_does_not_matter() -> None:
    days = pl.DataFrame({"day": [None, *(date(2025, 1, day) for day in (1, 2, 3, 4))]})

    found = days.select(since=is_in(date(2025, 1, 2), date(2025, 1, 3)), ever=is_in(None, date(2025, 1, 1)))

    assert found["since"].to_list() == [True, False, True, True, False]
    assert found["ever"].to_list() == [True, True, False, False, False]
