"""Rows of raw cells become typed orders, column by column."""

from __future__ import annotations

import polars as pl

from rfm_engine.orders.parsing import CellForms, parse_orders
from rfm_engine.orders.read_options import ReadOptions
from tests.orders.cells.definitions import MAPPING, parse


def test_ids_stay_as_they_are_written() -> None:
    texts = ["007", "17850.0", "1e5", "", None]
    whole = parse({"who": [17850, 7]}, who=pl.Int64)["customer_id"].to_list()
    category = parse({"who": ["b", "a"]}, who=pl.Categorical)["customer_id"]

    assert parse({"who": texts})["customer_id"].to_list() == texts
    assert whole == ["17850", "7"]
    assert category.equals(pl.Series(["b", "a"]))


def test_what_is_not_selected_is_not_computed() -> None:
    raw = pl.LazyFrame({"who": ["c"], "amount": ["1"], "time": ["2025-07-01"], "row": [1]})
    frame = parse_orders(
        raw, ReadOptions(), MAPPING, place=(pl.col("row").alias("source_row"),), forms=CellForms(trim=True)
    )

    plan = frame.select("customer_id").explain()

    assert 'PROJECT["who"]' in plan
    assert "amount:" not in plan
    assert "time:" not in plan
