"""The customers of a market are as those of the published lists."""

from __future__ import annotations

from itertools import pairwise

import polars as pl
import pytest

from rfm_engine.synthetic.profiles import market
from tests.synthetic.made_orders import make_orders


def per_customer(profile: str) -> pl.DataFrame:
    """Return days, orders and yuan of each customer, by the window's last day."""
    wanted = market(profile)
    return (
        make_orders(wanted)
        .group_by("customer_id")
        .agg(
            (pl.lit(wanted.until) - pl.col("order_time").cast(pl.Date).max()).dt.total_days().alias("recency"),
            pl.len().alias("frequency"),
            pl.col("order_amount").sum().alias("monetary"),
        )
    )


def test_most_customers_buy_once_or_twice_and_a_few_very_often() -> None:
    frequency = sorted(per_customer("sichuan-hiking")["frequency"].to_list(), reverse=True)
    assert 0.35 < frequency.count(1) / len(frequency) < 0.6
    assert 0.6 < (frequency.count(1) + frequency.count(2)) / len(frequency) < 0.8
    assert sum(frequency[: len(frequency) // 10]) > 0.4 * sum(frequency)


@pytest.mark.parametrize(
    ("metric", "cuts"),
    [("recency", (10, 30, 60, 120)), ("frequency", (1, 3, 5, 7)), ("monetary", (100, 350, 800, 1500))],
)
def test_every_published_class_of_sichuan_occurs(metric: str, cuts: tuple[int, ...]) -> None:
    values = per_customer("sichuan-hiking")[metric].to_list()
    above = [len(values), *(sum(value > cut for value in values) for cut in cuts), 0]
    assert min(more - fewer for more, fewer in pairwise(above)) >= 10


def test_most_customers_have_lapsed() -> None:
    recency = per_customer("sichuan-hiking")["recency"]
    assert (recency > 120).mean() > 0.5  # type: ignore[operator]
