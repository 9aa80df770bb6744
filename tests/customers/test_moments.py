"""Rows on the same day as another of the customer, and rows that may be the same: counted of sorted hashes."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rfm_engine.columns import CUSTOMER_ID
from rfm_engine.customers import moments
from rfm_engine.customers.aggregate import aggregate, find_shortcuts
from rfm_engine.customers.integer_keys import IntegerKeys
from rfm_engine.grading.policies import Abcd
from rfm_engine.grading.schemes import Thresholds
from rfm_engine.orders.order_ids import identical_rows
from rfm_engine.orders.order_ids.duplicates import Duplicates
from rfm_engine.orders.order_ids.identical_rows import count_repeats
from rfm_engine.orders.staging import OrderSet, order_set
from rfm_engine.rules import Rules, Weights
from rfm_engine.vocabulary.no_customer import no_customer_spellings

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rfm_engine.orders.tally import Tally

Row = tuple[str, str | None, int, datetime]

RULES = Rules(date(2025, 7, 1), Weights(*[Decimal(1)] * 3), Thresholds(), Abcd())
SCHEMA = pl.Schema(
    {
        "region": pl.String(),
        "customer_id": pl.String(),
        "order_amount_fen": pl.Int64(),
        "order_time": pl.Datetime("us"),
        "order_amount_rounded": pl.Boolean(),
        "order_amount_text": pl.String(),
        "order_time_text": pl.String(),
    }
)
NO_ONE = no_customer_spellings(())[0]
TIMES = [
    datetime(1000, 1, 1),
    datetime(1000, 1, 1, 23, 59, 59, 999_999),
    datetime(1969, 12, 31, 23, 59),
    datetime(1970, 1, 1),
    datetime(2025, 7, 1, 0, 0, 1),
    datetime(2025, 7, 1, 23),
]
ROWS = st.lists(
    st.tuples(
        st.sampled_from("ab"),
        st.sampled_from(["c", "d", "long", None, "", NO_ONE]),
        st.integers(1, 3),
        st.sampled_from(TIMES),
    ),
    max_size=20,
)


def order_rows(rows: Sequence[Row]) -> OrderSet:
    typed = [(*row, False, None, None) for row in rows]
    return order_set(pl.LazyFrame(typed, SCHEMA, orient="row").with_row_index("row"), RULES)


def tally(orders: OrderSet) -> Tally:
    return aggregate(orders, Duplicates(), find_shortcuts(orders, Duplicates())).tally


def rows_beyond_first(keys: Sequence[object]) -> int:
    return sum(times - 1 for times in Counter(keys).values())


def of_customers(rows: Sequence[Row]) -> list[Row]:
    return [row for row in rows if row[1] not in (None, "", NO_ONE)]


@given(ROWS)
def test_rows_on_the_same_day_are_those_beyond_the_first_of_a_customer_and_a_day(rows: list[Row]) -> None:
    expected = rows_beyond_first([(*row[:2], row[3].date()) for row in of_customers(rows)])

    assert tally(order_rows(rows)).rows_on_same_day == expected


@given(ROWS)
def test_no_row_repeats_another_where_none_may(rows: list[Row]) -> None:
    orders = order_rows(rows)
    found = tally(orders)

    assert count_repeats(orders) == rows_beyond_first(of_customers(rows))
    for few in (0, 10):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(identical_rows, "FEW", few)
            assert count_repeats(orders, found.alike_rows) == count_repeats(orders)
    assert found.alike_rows == frozenset() or rows_beyond_first(rows) > 0


KEYED_ROWS = st.lists(
    st.tuples(
        st.sampled_from("ab"),
        st.sampled_from(["c1", "c2", "c0", "d1", "c", None, NO_ONE]),
        st.integers(1, 3),
        st.sampled_from([*TIMES, datetime(2025, 7, 1, 0, 0, 2)]),
    ),
    max_size=20,
)


@given(KEYED_ROWS, st.sampled_from(["a", "ab"]), st.sampled_from([1, 18]))
def test_days_of_customers_who_are_whole_numbers_are_counted_by_these(rows: list[Row], lists: str, digits: int) -> None:
    zeros = "c" + "0" * (digits - 1)
    rows = [(one, name and name.replace("c", zeros), amount, time) for one, name, amount, time in rows]
    orders = order_rows(rows)
    keys = IntegerKeys("c", digits, {"region": pl.Series([*lists])})
    expected = rows_beyond_first([(*row[:2], row[3].date()) for row in of_customers(rows)])

    _, found = moments.count_customers(
        orders.rows, RULES.as_of, replace(find_shortcuts(orders, Duplicates()), keys=keys), orders.height
    )

    assert found.rows_on_same_day == expected
    assert count_repeats(orders, found.alike_rows) == rows_beyond_first(of_customers(rows))


def test_recent_rows_of_whole_numbers_need_no_hash_of_their_customer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(moments, "hash_customer", lambda _: pytest.fail("customers are hashed"))
    rows: list[Row] = [("a", name, 1, time) for name in ("c1", "c2", NO_ONE) for time in TIMES[4:]]
    orders = order_rows(rows)
    keys = IntegerKeys("c", 1, {"region": pl.Series(["a"])})

    _, found = moments.count_customers(
        orders.rows, RULES.as_of, replace(find_shortcuts(orders, Duplicates()), keys=keys), orders.height
    )

    assert (found.rows_on_same_day, found.alike_rows) == (2, frozenset())


def count_letters(_: Sequence[str]) -> pl.Expr:
    return pl.col(CUSTOMER_ID).str.len_bytes().fill_null(0).cast(pl.UInt64)


@given(ROWS, st.sampled_from([("MOST", -1), ("hash_customer", count_letters)]))
def test_days_are_counted_in_groups_where_rows_are_many_or_customers_share_a_hash(
    rows: list[Row], changed: tuple[str, object]
) -> None:
    orders = order_rows(rows)
    expected = tally(orders)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(moments, *changed)
        found = tally(orders)

    assert found.rows_on_same_day == expected.rows_on_same_day
    assert count_repeats(orders, found.alike_rows) == count_repeats(orders)


def test_a_hash_shared_with_rows_of_no_one_is_noticed() -> None:
    rows: list[Row] = [("a", "c", 1, TIMES[0]), ("a", NO_ONE, 1, TIMES[0])]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(moments, "hash_customer", lambda _: pl.lit(7, pl.UInt64))
        assert tally(order_rows(rows)).rows_on_same_day == 0


def test_rows_are_looked_through_for_repeats_only_where_one_has_anothers_moment(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    row: Row = ("a", "c", 1, TIMES[4])
    monkeypatch.setattr(moments, "customer_metrics", lambda *_: pytest.fail("days are counted in groups"))

    found = [tally(order_rows(rows)) for rows in ([row, ("a", "c", 2, TIMES[4])], [("a", "d", 1, TIMES[4]), row, row])]

    assert [(each.rows_on_same_day, each.alike_rows) for each in found] == [(1, frozenset()), (1, {1, 2})]


def test_two_orders_that_have_a_moment_by_chance_do_not_repeat_one_another(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(moments, "hash_order", lambda: pl.lit(7, pl.UInt64))
    rows: list[Row] = [("a", "c", amount, time) for amount, time in ((1, TIMES[4]), (1, TIMES[5]), (2, TIMES[5]))]

    assert tally(order_rows(rows)).alike_rows == frozenset({1, 2})


def test_where_many_rows_may_repeat_another_all_are_looked_through(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(moments, "MOST_REPEATED", 1)
    row: Row = ("a", "c", 1, TIMES[4])
    orders = order_rows([row, row, row])

    assert tally(orders).alike_rows is None
    assert count_repeats(orders, None) == 2


@pytest.mark.parametrize(("spare", "holds"), [(0, True), (-1, False), (None, True)])
def test_moments_are_held_where_the_budget_has_room(
    spare: int | None, *, holds: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    limit = None if spare is None else 3 * moments.BYTES * moments.SHARE + spare
    monkeypatch.setattr(moments, "memory_limit", lambda: limit)
    orders = order_rows([])

    assert moments.are_held(find_shortcuts(orders, Duplicates()), 3) is holds
