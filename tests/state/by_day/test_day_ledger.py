"""Rows are counted by file and day, and the counts of any rows can be taken off again."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rfm_engine.orders.cells.amounts import PARTS, REMAINDER
from rfm_engine.orders.cleaning import LEFT_OUT_OUTCOMES, OTHER_REGION, OTHER_STATUS, REJECTED, count_by_check
from rfm_engine.orders.order_ids.duplicates import Duplicates
from rfm_engine.orders.reading import SOURCE_FILE
from rfm_engine.orders.rejects import REJECT_SCHEMA
from rfm_engine.state.by_day.day_ledger import (
    SCHEMA,
    Judged,
    add_days,
    count_checks,
    count_days,
    list_rejects,
    make_ledger,
    span_days,
    subtract_days,
)
from rfm_engine.state.by_day.row_counts import (
    TEST,
    count_tests,
)
from rfm_engine.state.memo import UnusableStateError
from rfm_engine.state.open_ids import drop_rows
from tests.state.parts.orders import ORDERS, RULES, count_orders, judge_order, make_orders

if TYPE_CHECKING:
    from tests.state.parts.orders import Order

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
