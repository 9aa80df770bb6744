"""Faults are planted last, as many of each kind as requested."""

from __future__ import annotations

from decimal import Decimal

from rfm_engine.synthetic.faults import KINDS
from rfm_engine.synthetic.profiles import market
from tests.synthetic.made_orders import day_column, make_orders


def test_faults_are_planted_last_and_as_many_of_each_kind_as_requested() -> None:
    wanted = market("national-outdoor-south")
    frame = make_orders(wanted)
    assert frame.height == wanted.orders + wanted.faults * len(KINDS)
    rows = frame.tail(wanted.faults * len(KINDS))
    repeated, before, after, no_customer, no_amount = rows.iter_slices(wanted.faults)
    assert frame.head(wanted.orders).join(repeated, on=frame.columns, how="semi").height == wanted.faults
    assert (day_column(before) < wanted.since).all()
    assert (day_column(after) > wanted.until).all()
    assert no_customer["customer_id"].null_count() == wanted.faults
    assert no_amount["order_amount"].to_list() == [Decimal(0)] * wanted.faults
