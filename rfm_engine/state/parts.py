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
from rfm_engine.orders.duplicates import Duplicates
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


def count_part(orders: OrderSet, dropped: pl.DataFrame) -> pl.DataFrame:
    """Return the part of the rows that are not `dropped` (`Duplicates.rows`): one row per (list, customer), sorted.

    It has the sums in `COUNTS` and what is known of the last order in the window, null where there is none.
    """
    without = Duplicates(rows=dropped)
    rules = replace(orders.rules, refunds="reject", drop=())
    positive = replace(orders, rules=rules, checks=row_checks(orders.columns, rules))
    counted = aggregate(positive, without, find_shortcuts(positive, without)).customers
    keys = [*orders.by, CUSTOMER_ID]
    customers = counted.drop(RECENCY_DAYS).with_columns(pl.col(keys).cast(pl.String)).collect()
    others = _count_others(orders, without).collect()
    joined = customers.join(others, on=keys, how="full", coalesce=True)
    counts = [pl.col(name).fill_null(0).cast(pl.Int64) for name in (FREQUENCY, REFUNDS, BEFORE)]
    fen = pl.col(MONETARY_FEN).fill_null(0).cast(pl.Int128) + pl.col(REFUND_FEN).fill_null(0)
    whole = joined.with_columns(fen.cast(pl.Int64).alias(MONETARY_FEN), *counts)
    return whole.select(*keys, *COUNTS, *_last_columns(orders)).sort(keys)


def _last_columns(orders: OrderSet) -> list[str]:
    """Return the columns of the last order, in the order in which they decide which is the last."""
    return [LAST_ORDER_TIME, *(f"last_{name}" for name in tie_break_columns(orders.columns, orders.by))]


def _count_others(orders: OrderSet, without: Duplicates) -> pl.LazyFrame:
    """Count the refunds in the window and the rows before it."""
    since, fen = orders.rules.since, pl.col(ORDER_AMOUNT_FEN)
    before = pl.lit(value=False) if since is None else pl.col(ORDER_TIME) < pl.lit(since).cast(pl.Datetime("us"))
    refund = is_in_window(orders.rules) & (fen <= 0)
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


def plus(base: pl.DataFrame, part: pl.DataFrame) -> pl.DataFrame:
    """Return the part of the rows of both: sums add up, and the last order is the later one."""
    if part.is_empty() or base.is_empty():
        return base if part.is_empty() else part
    keys = key_columns(base)
    rows = base.select(keys).with_row_index(":n").join(part.select(keys), on=keys, how="semi")[":n"]
    is_shared = pl.repeat(value=False, n=base.height, eager=True).scatter(rows, values=True)
    last = base.columns[len(keys) + len(COUNTS) :]
    latest = (pl.col(name).sort_by(last, nulls_last=False).last() for name in last)
    both = pl.concat([base.filter(is_shared), part.select(base.columns)])
    added = both.group_by(keys).agg(pl.col(COUNTS).sum(), *latest)
    return pl.concat([base.filter(~is_shared), added]).sort(keys)


def leave(base: pl.DataFrame, part: pl.DataFrame) -> pl.DataFrame:
    """Return the base without a part that is older than all that stays in the window; it is before it from now on.

    Who keeps an order keeps the last one.
    """
    last = base.columns[len(key_columns(base)) + len(COUNTS) :]
    gone = part.with_columns(
        *(-pl.col(name) for name in (FREQUENCY, MONETARY_FEN, REFUNDS)),
        (pl.col(FREQUENCY) + pl.col(REFUNDS)).alias(BEFORE),
        *(pl.lit(None).cast(part.schema[name]).alias(name) for name in last),
    )
    left = plus(base, gone)
    if left.filter((pl.col(FREQUENCY) < 0) | (pl.col(REFUNDS) < 0)).height:
        message = "more rows leave the window than were in it"
        raise UnusableStateError(message)
    return left.with_columns(pl.when(pl.col(FREQUENCY) > 0).then(pl.col(name)).alias(name) for name in last)


def enter(base: pl.DataFrame, part: pl.DataFrame) -> pl.DataFrame:
    """Return the base with a part that lay after the window until now; what lies before that is in the base already."""
    entered = part.with_columns(pl.lit(0, dtype=pl.Int64).alias(BEFORE))
    return plus(base, entered.filter((pl.col(FREQUENCY) > 0) | (pl.col(REFUNDS) > 0)))


def without_customers(base: pl.DataFrame, keys: pl.DataFrame) -> pl.DataFrame:
    """Return the base without some customers."""
    return base.join(keys, on=key_columns(base), how="anti", maintain_order="left")


def day_before(day: date) -> date:
    """Return the day before."""
    return day - timedelta(days=1)


def list_customers(rows: pl.DataFrame, by: Sequence[str]) -> pl.DataFrame:
    """Return the (list, customer) of some rows, each once."""
    return rows.select(*by, CUSTOMER_ID).unique()
