"""Customers live and buy where the inhabitants are."""

from __future__ import annotations

import polars as pl
import pytest

from rfm_engine.synthetic.profiles import market
from tests.synthetic.made_orders import make_orders


def test_regions_and_stores_follow_the_inhabitants() -> None:
    frame = make_orders(market(orders=60_000, customers=20_000, regions=("广东省", "重庆市")))
    customers = dict(frame.group_by("region").agg(pl.col("customer_id").n_unique()).rows())
    assert customers["广东省"] / customers["重庆市"] == pytest.approx(127 / 32, rel=0.1)
    stores = {
        letters: set(codes)
        for letters, codes in frame.group_by(pl.col("store_code").str.head(2).alias("letters"))
        .agg(pl.col("store_code").alias("codes"))
        .rows()
    }
    assert {letters: len(codes) for letters, codes in stores.items()} == {"GD": 13, "CQ": 4}


def test_some_customers_buy_in_two_regions() -> None:
    regions = (
        make_orders(market(orders=20_000, customers=5_000)).group_by("customer_id").agg(pl.col("region").n_unique())
    )
    assert 0.01 < (regions["region"] > 1).mean() < 0.3  # type: ignore[operator]
