"""Sums of customers that add up: parts of different rows make the part of all, whatever their order."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Final

import polars as pl

from rfm_engine.columns import (
    CUSTOMER_ID,
    FREQUENCY,
    LAST_ORDER_TIME,
    MONETARY_FEN,
    ORDER_AMOUNT_FEN,
    ORDER_TIME,
    RECENCY_DAYS,
)
from rfm_engine.customers.aggregate import aggregate, find_shortcuts
from rfm_engine.customers.last_order import tie_break_columns
from rfm_engine.orders.cleaning import OUTSIDE_WINDOW, is_in_window, passing_rows, row_checks
from rfm_engine.orders.order_ids.duplicates import Duplicates
from rfm_engine.state.memo import UnusableStateError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from rfm_engine.orders.cleaning import RowCheck
    from rfm_engine.orders.staging import OrderSet

REFUNDS: Final = "refunds"
BEFORE: Final = "before"
COUNTS: Final = (FREQUENCY, MONETARY_FEN, REFUNDS, BEFORE)
"""What adds up: orders, fen and refunds in the window, and rows before it."""

REFUND_FEN: Final = ":refund fen"


def key_columns(part: pl.DataFrame) -> list[str]:
    """Return the columns of list and customer."""
    return part.columns[: part.columns.index(FREQUENCY)]


def timeless_checks(orders: OrderSet) -> list[RowCheck]:
    """Return the checks of a row but for that of the window."""
    return [check for check in orders.checks if check.outcome != OUTSIDE_WINDOW]


def in_window(orders: OrderSet, since: date | None, as_of: date) -> OrderSet:
    """Return the same orders under another window."""
    rules = replace(orders.rules, since=since, as_of=as_of)
    return replace(orders, rules=rules, checks=row_checks(orders.columns, rules))


def count_part(orders: OrderSet, dropped: pl.DataFrame, customers: pl.DataFrame | None = None) -> pl.DataFrame:
    """Return the part of the rows that are not `dropped` (`Duplicates.rows`): one row per (list, customer), sorted.

    It has the sums in `COUNTS` and what is known of the last order in the window, null where there is none.
    `customers` are those of these rows who have an order in the window, where they are known already.
    """
    without = Duplicates(rows=dropped)
    keys = [*orders.by, CUSTOMER_ID]
    with_refunds = customers is not None
    counted = _count_orders(orders, without) if customers is None else customers
    customers = counted.drop(RECENCY_DAYS).with_columns(pl.col(keys).cast(pl.String))
    others = _count_others(orders, without).collect()
    joined = customers.join(others, on=keys, how="full", coalesce=True)
    counts = [pl.col(name).fill_null(0).cast(pl.Int64) for name in (FREQUENCY, REFUNDS, BEFORE)]
    refunded = pl.when(pl.col(FREQUENCY).is_null() if with_refunds else True).then(pl.col(REFUND_FEN)).fill_null(0)
    fen = pl.col(MONETARY_FEN).fill_null(0).cast(pl.Int128) + refunded
    whole = joined.with_columns(fen.cast(pl.Int64).alias(MONETARY_FEN), *counts)
    return whole.select(*keys, *COUNTS, *_last_columns(orders)).sort(keys)


def _count_orders(orders: OrderSet, without: Duplicates) -> pl.DataFrame:
    """Return the customers of the rows that are orders, with no refund taken off."""
    rules = replace(orders.rules, refunds="reject", drop=())
    positive = replace(orders, rules=rules, checks=row_checks(orders.columns, rules))
    return aggregate(positive, without, find_shortcuts(positive, without)).customers.collect()


def _last_columns(orders: OrderSet) -> list[str]:
    """Return the columns of the last order, in the order in which they decide which is the last."""
    return [LAST_ORDER_TIME, *(f"last_{name}" for name in tie_break_columns(orders.columns, orders.by))]


def _count_others(orders: OrderSet, without: Duplicates) -> pl.LazyFrame:
    """Count the refunds in the window and the rows before it."""
    since, fen = orders.rules.since, pl.col(ORDER_AMOUNT_FEN)
    before = pl.lit(value=False) if since is None else pl.col(ORDER_TIME) < pl.lit(since).cast(pl.Datetime("us"))
    has_refunds = orders.rules.refunds == "net"
    refund = is_in_window(orders.rules) & (fen <= 0) if has_refunds else pl.lit(value=False)
    rows = without.drop_from(passing_rows(orders.rows, timeless_checks(orders)), orders.height)
    return (
        rows.filter(before | refund)
        .group_by(*orders.by, CUSTOMER_ID)
        .agg(
            refund.sum().cast(pl.Int64).alias(REFUNDS),
            before.cast(pl.Int64).sum().alias(BEFORE),
            fen.filter(refund).cast(pl.Int128).sum().alias(REFUND_FEN),
        )
    )


def add_up(parts: Sequence[pl.DataFrame]) -> pl.DataFrame:
    """Return the part of the rows of all these: sums add up, and the last order is the latest; sorted."""
    keys = key_columns(parts[0])
    last = parts[0].columns[len(keys) + len(COUNTS) :]
    latest = (pl.col(name).sort_by(last, nulls_last=False).last() for name in last)
    whole = pl.concat([part.select(parts[0].columns) for part in parts])
    return whole.group_by(keys).agg(pl.col(COUNTS).sum(), *latest).sort(keys)


def plus(base: pl.DataFrame, part: pl.DataFrame) -> pl.DataFrame:
    """Return the part of the rows of both, for a small part; both are sorted, and so is what they make.

    The rows of the base that change are found by search, not by a join: 0.4 s instead of 1.5 s for 2 million.
    """
    if part.is_empty() or base.is_empty():
        return base if part.is_empty() else part
    base_keys, part_keys = _join_keys(base), _join_keys(part)
    if base_keys is None or part_keys is None:
        return add_up([base, part])
    places = base_keys.search_sorted(part_keys, side="left")
    is_shared = (base_keys.gather(places.clip(upper_bound=base.height - 1)) == part_keys) & (places < base.height)
    shared = places.filter(is_shared)
    added = add_up([base[shared], part])
    stays = pl.repeat(value=True, n=base.height, eager=True).scatter(shared, values=False)
    room = part.height + 1
    base_order = pl.int_range(base.height, eager=True).filter(stays) * room + part.height
    numbers = pl.int_range(part.height, eager=True)
    new_first = numbers.zip_with(~is_shared, pl.repeat(part.height, part.height, eager=True))
    part_order = places.cast(pl.Int64) * room + new_first
    order = pl.concat([base_order, part_order.cast(pl.Int64)]).arg_sort()
    return pl.concat([base.filter(stays), added])[order]


def _join_keys(part: pl.DataFrame) -> pl.Series | None:
    """Return list and customer as one text that sorts as they do; None where a text has the sign between them."""
    keys = key_columns(part)
    if any(part[name].str.contains("\0", literal=True).any() for name in keys):
        return None
    return part.select(pl.concat_str(keys, separator="\0")).to_series()


def negate(part: pl.DataFrame) -> pl.DataFrame:
    """Return what takes away a part that is older than all that stays in the window; it is before it from now on.

    Who keeps an order keeps the last one.
    """
    last = part.columns[len(key_columns(part)) + len(COUNTS) :]
    return part.with_columns(
        *(-pl.col(name) for name in (FREQUENCY, MONETARY_FEN, REFUNDS)),
        (pl.col(FREQUENCY) + pl.col(REFUNDS)).alias(BEFORE),
        *(pl.lit(None).cast(part.schema[name]).alias(name) for name in last),
    ).filter(pl.col(BEFORE) > 0)


def inside(part: pl.DataFrame) -> pl.DataFrame:
    """Return what of a part lies in its window."""
    counted = part.with_columns(pl.lit(0, dtype=pl.Int64).alias(BEFORE))
    return counted.filter((pl.col(FREQUENCY) > 0) | (pl.col(REFUNDS) > 0))


def settle(part: pl.DataFrame) -> pl.DataFrame:
    """Return a part without the last orders of customers who have none any more.

    Raises:
        UnusableStateError: More left than was there.
    """
    if part.filter((pl.col(FREQUENCY) < 0) | (pl.col(REFUNDS) < 0)).height:
        message = "more rows leave the window than were in it"
        raise UnusableStateError(message)
    if part.filter((pl.col(FREQUENCY) == 0) & pl.col(LAST_ORDER_TIME).is_not_null()).is_empty():
        return part
    last = part.columns[len(key_columns(part)) + len(COUNTS) :]
    return part.with_columns(pl.when(pl.col(FREQUENCY) > 0).then(pl.col(name)).alias(name) for name in last)


def without_customers(base: pl.DataFrame, keys: pl.DataFrame) -> pl.DataFrame:
    """Return the base without some customers."""
    return base.join(keys, on=key_columns(base), how="anti", maintain_order="left")


def day_before(day: date) -> date:
    """Return the day before."""
    return day - timedelta(days=1)


def list_customers(rows: pl.DataFrame, by: Sequence[str]) -> pl.DataFrame:
    """Return the (list, customer) of some rows, each once."""
    return rows.select(*by, CUSTOMER_ID).unique()
