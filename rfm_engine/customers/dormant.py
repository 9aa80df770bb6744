"""Customers whose orders are all before the window."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import polars as pl

from rfm_engine.columns import CUSTOMER_ID
from rfm_engine.orders.cleaning import passing_rows, row_checks

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rfm_engine.rules import Rules


def orders_before_window(orders: pl.LazyFrame, rules: Rules) -> pl.LazyFrame:
    """Return the rows before the window that pass every other check; none where the window is open to the past."""
    if rules.since is None:
        return orders.clear()
    before = replace(rules, since=None, as_of=rules.since - timedelta(days=1))
    return passing_rows(orders, row_checks(orders.collect_schema().names(), before))


def find_dormant(orders: pl.LazyFrame, customers: pl.LazyFrame, rules: Rules, by: Sequence[str]) -> pl.LazyFrame:
    """Return one row for each list and customer with orders before the window and none in it."""
    keys = [*by, CUSTOMER_ID]
    known = customers.select(pl.col(keys).cast(pl.String))
    return orders_before_window(orders, rules).select(keys).unique().join(known, on=keys, how="anti")
