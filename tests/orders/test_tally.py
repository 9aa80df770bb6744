"""Tallies of different lists add up to the tally of all of them."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from rfm_engine.customers.aggregate import aggregate, find_shortcuts
from rfm_engine.customers.merged_orders import merge_rows
from rfm_engine.grading.policies import Abcd
from rfm_engine.grading.schemes import Thresholds
from rfm_engine.orders.order_ids.duplicates import find_duplicates
from rfm_engine.orders.staging import OrderSet, order_set
from rfm_engine.orders.tally import Tally
from rfm_engine.rules import Rules, Weights

WEIGHTS = Weights(*[Decimal(1)] * 3)
SCHEMA = pl.Schema(
    {
        "region": pl.String(),
        "customer_id": pl.String(),
        "order_id": pl.String(),
        "order_amount_fen": pl.Int64(),
        "order_amount_rounded": pl.Boolean(),
        "order_time": pl.Datetime("us"),
        "order_amount_text": pl.String(),
        "order_time_text": pl.String(),
    }
)
rows = st.tuples(
    st.sampled_from("abc"),
    st.sampled_from(["c1", "c2"]),
    st.sampled_from(["o1", "o2", "o3", ""]),
    st.integers(-3, 5),
    st.booleans(),
    st.just(datetime(2025, 6, 1)),
    st.none(),
    st.none(),
)
rules = st.builds(
    lambda refunds, grain: Rules(date(2025, 7, 1), WEIGHTS, Thresholds(), Abcd(), refunds=refunds, grain=grain),
    st.sampled_from(["reject", "net"]),
    st.sampled_from(["order", "line", "day"]),
)


def tally(orders: OrderSet, lists: list[str] | None) -> Tally:
    single, duplicates = merge_rows(orders, find_duplicates(orders))
    return aggregate(single, duplicates, find_shortcuts(single, duplicates), lists).tally


@given(st.lists(rows, min_size=1, max_size=20), rules, st.sets(st.sampled_from("abc")))
def test_tallies_of_disjoint_lists_add_up_to_that_of_the_whole(
    rows: list[tuple[object, ...]], rules: Rules, some: set[str]
) -> None:
    orders = order_set(pl.LazyFrame(rows, SCHEMA, orient="row").with_row_index("row"), rules)
    others = {*"abc"} - some

    parts = [tally(orders, sorted(lists)) for lists in (some, others)]

    assert parts[0] + parts[1] == tally(orders, None)
    assert sum(parts, Tally()) == sum(reversed(parts), Tally())
