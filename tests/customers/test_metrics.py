"""The two passes over the orders by themselves: metrics and where the newest order stands, and what it brings along."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from functools import partial

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import rfm_engine
from rfm_engine.customers.integer_keys import TextKeys
from rfm_engine.customers.metrics import TIE_KEY, Shortcuts, fits_seconds, metrics
from tests.examples import examples

AS_OF = date(2025, 7, 1)
START = datetime(2025, 7, 1)
THIRTY_FOUR_YEARS = timedelta(seconds=2**30)
SECOND = timedelta(seconds=1)
LATEST = THIRTY_FOUR_YEARS - SECOND
SCHEMA = pl.Schema(
    {
        "customer_id": pl.String(),
        "region": pl.String(),
        "order_amount_fen": pl.Int64(),
        "order_time": pl.Datetime("us"),
        "is_order": pl.Boolean(),
    }
)


@pytest.mark.parametrize(
    ("since", "fits"),
    [
        (timedelta(0), True),
        (SECOND, True),
        (-THIRTY_FOUR_YEARS, True),
        (-THIRTY_FOUR_YEARS - SECOND, False),
        (LATEST, True),
        (LATEST + SECOND, False),
        (SECOND * 1.000001, False),
        (-SECOND * 0.5, False),
    ],
)
def test_whole_seconds_within_34_years_of_the_statistics_date_fit(since: timedelta, *, fits: bool) -> None:
    times = pl.DataFrame({"order_time": [START + since]}, schema={"order_time": pl.Datetime("us")})

    assert times.select(fits_seconds(AS_OF)).item() is fits


seconds = st.integers(-(2**30), 3).map(lambda since: START + since * SECOND)
micros = st.datetimes(datetime(1000, 1, 1), datetime(2999, 1, 1))
ordered = st.sampled_from(["a", "b"])
knowledge = st.builds(
    partial(Shortcuts, keys=TextKeys(by=())),
    all_rows_are_orders=st.booleans(),
    whole_seconds=st.booleans(),
    ids_rise=st.booleans(),
)


@settings(max_examples=examples(100))
@given(st.data(), knowledge, st.sampled_from([(), ("region",)]))
def test_metrics_are_those_of_each_customer_and_tell_where_the_newest_order_stands(
    data: st.DataObject, shortcuts: Shortcuts, by: tuple[str, ...]
) -> None:
    times = seconds if shortcuts.whole_seconds else micros
    few = data.draw(st.lists(times, min_size=1, max_size=3))
    row = st.tuples(ordered, st.sampled_from(["a", "b"]), st.integers(1, 999), st.sampled_from(few), st.booleans())
    rows = data.draw(st.lists(row, min_size=1, max_size=12))
    orders = pl.DataFrame(rows, SCHEMA, orient="row").with_row_index("row")

    found = metrics(orders.lazy(), AS_OF, replace(shortcuts, keys=TextKeys(by=by))).collect()

    assert found.columns == [
        *by,
        "customer_id",
        "recency_days",
        "frequency",
        "monetary_fen",
        "last_order_time",
        "row",
        "tied",
    ]
    told = {
        tuple(map(str, key)): group.sort("row").rows(named=True) for key, group in orders.group_by(*by, "customer_id")
    }
    assert len(told) == found.height
    for customer in found.iter_rows(named=True):
        own = told[(*(customer[name] for name in by), customer["customer_id"])]
        placed = [order for order in own if shortcuts.all_rows_are_orders or order["is_order"]]
        newest = max((order["order_time"] for order in placed), default=None)
        as_new = [order["row"] for order in placed if order["order_time"] == newest]
        assert customer["monetary_fen"] == sum(order["order_amount_fen"] for order in own)
        assert customer["frequency"] == len(placed)
        assert customer["last_order_time"] == newest
        if newest:
            assert customer["recency_days"] == (AS_OF - newest.date()).days
            assert customer["row"] == as_new[-1]
            assert customer["tied"] is (len(as_new) > 1 and not shortcuts.ids_rise)


def test_ties_are_not_looked_for_where_the_last_row_settles_them() -> None:
    orders = pl.LazyFrame(schema={**SCHEMA, "row": pl.UInt32()})
    shortcuts = Shortcuts(all_rows_are_orders=True, whole_seconds=True, ids_rise=False, keys=TextKeys(by=()))

    plans = [metrics(orders, AS_OF, each).explain() for each in (shortcuts, replace(shortcuts, ids_rise=True))]

    assert [TIE_KEY in plan for plan in plans] == [True, False]


def test_customers_stand_by_list_and_id_by_code_points() -> None:
    mixed = [("é", "b"), ("z", "B"), ("é", "B"), ("Z", "b"), ("山", "10"), ("山", "9"), ("z", "a"), ("\uffff", "a")]
    orders = pl.DataFrame([*mixed, ("\U00010000", "a")], ("region", "customer_id"), orient="row")
    orders = orders.with_columns(order_amount=5, order_time=pl.lit(AS_OF))

    graded = rfm_engine.score(orders, as_of=AS_OF).collect()

    assert graded.select("region", "customer_id").rows() == sorted([*mixed, ("\U00010000", "a")])
