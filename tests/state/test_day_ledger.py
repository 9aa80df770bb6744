"""Rows are counted by file and day, and the counts of any rows can be taken off again."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rfm_engine.columns import ORDER_AMOUNT_FEN, ORDER_TIME
from rfm_engine.orders import file_numbers
from rfm_engine.orders.cells.amounts import ROUNDED
from rfm_engine.orders.cleaning import OTHER_REGION, OTHER_STATUS, PASSED, REJECTED
from rfm_engine.orders.reading import SOURCE_FILE
from rfm_engine.orders.rejects import REJECT_SCHEMA
from rfm_engine.orders.staging import ROW
from rfm_engine.state.day_ledger import (
    SCHEMA,
    TEST,
    Judged,
    add_days,
    count_days_as_passing,
    make_ledger,
    span_days,
    subtract_days,
)
from rfm_engine.state.memo import UnusableStateError
from tests.engine import order_set_by

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
        (
            PASSED,
            file,
            FIRST.date() + timedelta(days=day),
            None,
            None,
            many,
            rounded * rounding,
            0,
            0,
            *ends,
        )
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


def test_where_no_row_counts_none_is_used() -> None:
    judged = Judged(dropped=0, conflicting=0, rejects=pl.DataFrame(schema=REJECT_SCHEMA), unmatched=[])

    ledger = make_ledger(_days((OTHER_REGION, "b", None, 3, 4)), pl.lit(value=True), judged)

    assert (ledger.read, ledger.used, ledger.other_status, ledger.other_region) == (3, 0, 0, 3)
    assert (ledger.rounded, ledger.outside_window) == (0, 0)


def test_a_file_spans_the_days_of_its_rows_that_may_count() -> None:
    first, last = date(2025, 1, 1), date(2025, 1, 31)
    days = _days(("passed", "a", last, 1, 0), ("passed", "a", first, 1, 0), (REJECTED, "b", None, 1, 0))

    assert span_days(days) == {"a": (first, last)}
