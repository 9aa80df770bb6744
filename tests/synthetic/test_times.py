"""Orders fall in the opening hours, in the months that sell."""

from __future__ import annotations

from collections import Counter
from datetime import date

import pytest

from rfm_engine.synthetic.profiles import market
from tests.synthetic.made_orders import day_column, make_orders


def test_months_sell_by_their_weight_and_years_grow() -> None:
    weights = tuple(range(1, 13))
    flat = market(orders=100_000, months=weights, growth_percent=0, since=date(2021, 1, 1), until=date(2022, 12, 31))
    counts = Counter(day_column(make_orders(flat)).dt.month().to_list())
    lengths = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
    total = sum(weight * length for weight, length in zip(weights, lengths, strict=True))
    shares = [counts[month + 1] / 100_000 for month in range(12)]
    expected = [weight * length / total for weight, length in zip(weights, lengths, strict=True)]
    assert shares == pytest.approx(expected, abs=0.002)
    years = Counter(day_column(make_orders(flat.model_copy(update={"growth_percent": 100}))).dt.year().to_list())
    assert years[2022] / years[2021] > 1.6


def test_orders_of_a_day_fall_in_the_opening_hours() -> None:
    hours = make_orders(market(orders=20_000))["order_time"].dt.hour()
    assert set(hours) == set(range(8, 22))
    assert hours.value_counts().sort("count")["order_time"][-1] in {14, 15}
