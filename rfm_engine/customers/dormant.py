"""Customers whose orders are all before the window."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import polars as pl

from rfm_engine.columns import CUSTOMER_ID, FREQUENCY, MONETARY_FEN
from rfm_engine.customers.aggregate import aggregate_all, aggregate_single
from rfm_engine.customers.batches import split_lists
from rfm_engine.customers.metrics import recency_days
from rfm_engine.orders.cleaning import passing_rows, row_checks
from rfm_engine.orders.order_ids.duplicates import find_duplicates
from rfm_engine.orders.staging import order_set

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rfm_engine.customers.batches import Lists
    from rfm_engine.orders.staging import OrderSet
    from rfm_engine.rules import Rules


def rules_before_window(rules: Rules) -> Rules | None:
    """Return the rules with the time before the window as their window; None where it is open to the past."""
    return None if rules.since is None else replace(rules, since=None, as_of=rules.since - timedelta(days=1))


def orders_before_window(orders: pl.LazyFrame, rules: Rules) -> pl.LazyFrame:
    """Return the rows before the window that pass every other check; none where the window is open to the past."""
    before = rules_before_window(rules)
    return (
        orders.clear() if before is None else passing_rows(orders, row_checks(orders.collect_schema().names(), before))
    )


def count_dormant(orders: OrderSet, customers: pl.LazyFrame, outside: Sequence[pl.LazyFrame]) -> int:
    """Return how many lists and customers have orders before the window, and are none of the customers.

    `outside` are frames that have every row outside the window.
    """
    keys = [*orders.by, CUSTOMER_ID]
    known = customers.select(pl.col(keys).cast(pl.String))
    frames = [orders_before_window(rows, orders.rules).select(keys).unique().collect() for rows in outside]
    before = pl.concat(frames).lazy().unique()
    return int(before.join(known, on=keys, how="anti").select(pl.len()).collect().item())


def list_dormant(orders: OrderSet, customers: pl.LazyFrame) -> pl.DataFrame:
    """Return one row for each list and customer with orders before the window and none in it, in memory.

    Columns and their order are those of `customers`, who have orders in the window. The last order, and the days since,
    are those of the last order before the window; in the window there is none, so frequency and spend are 0.
    """
    before = rules_before_window(orders.rules)
    keys = pl.col([*orders.by, CUSTOMER_ID]).cast(pl.String)
    awake = customers.with_columns(keys)
    if before is None:
        return awake.clear().collect()
    earlier = order_set(orders.rows, before)
    found = aggregate_single(earlier, find_duplicates(earlier)).lazy().with_columns(keys)
    dormant = found.join(awake, on=[*orders.by, CUSTOMER_ID], how="anti").with_columns(
        recency_days(orders.rules.as_of),
        *(pl.lit(0, dtype=pl.Int64).alias(name) for name in (FREQUENCY, MONETARY_FEN)),
    )
    return dormant.select(awake.collect_schema().names()).collect()


def add_dormant(
    batches: Sequence[pl.LazyFrame], dormant: pl.DataFrame, by: Sequence[str], batched_lists: Sequence[Lists] = (None,)
) -> list[pl.LazyFrame]:
    """Return the customers of each batch and the dormant ones of its lists, by list and customer_id."""
    keys = [*by, CUSTOMER_ID]
    mine = (dormant if lists is None else dormant.filter(pl.col(by[0]).is_in(lists)) for lists in batched_lists)
    return [
        pl.concat([customers.with_columns(pl.col(keys).cast(pl.String)), own.lazy()]).sort(keys)
        for customers, own in zip(batches, mine, strict=True)
    ]


def aggregate_listed(orders: OrderSet) -> pl.DataFrame:
    """Return the customers of `aggregate_all`, and the dormant ones where the rules list them; errors as there."""
    customers = aggregate_all(orders)
    if not orders.rules.dormant:
        return customers
    awake = customers.lazy()
    return add_dormant([awake], list_dormant(orders, awake), orders.by)[0].collect()


def list_wanted(
    orders: OrderSet, batches: Sequence[pl.LazyFrame], parts: list[pl.LazyFrame], outside: Sequence[pl.LazyFrame]
) -> tuple[list[pl.LazyFrame], int]:
    """Return the customers, with the dormant ones where these are wanted; and how many are dormant.

    `parts` are the `batches` that are not empty, `outside` frames that have every row outside the window.
    """
    if not parts:
        return parts, 0
    if not orders.rules.dormant:
        return parts, count_dormant(orders, pl.concat(parts), outside) if outside else 0
    dormant = list_dormant(orders, pl.concat(parts))
    return without_empty(add_dormant(batches, dormant, orders.by, split_lists(orders))), dormant.height


def without_empty(parts: Sequence[pl.LazyFrame]) -> list[pl.LazyFrame]:
    """Return the frames that have rows."""
    return [part for part in parts if not part.head(1).collect().is_empty()]
