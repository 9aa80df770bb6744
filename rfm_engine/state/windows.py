"""The checks of rows whatever the window, and the same orders under another window."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Final

from rfm_engine.columns import LEFT_OUT, NOTHING_PAID
from rfm_engine.orders.cells.amounts import REMAINDER
from rfm_engine.orders.cleaning import OUTSIDE_WINDOW, row_checks
from rfm_engine.preparation.order_rows import mark_unpaid_orders

if TYPE_CHECKING:
    import polars as pl

    from rfm_engine.orders.cleaning import RowCheck
    from rfm_engine.orders.staging import OrderSet

ROW_DEPENDENT: Final = (LEFT_OUT, NOTHING_PAID, REMAINDER)
"""Columns that orders have only where some row needs them."""

LAST_DAY: Final = date(9000, 1, 1)
"""Later than any order."""


def lasting_columns(orders: OrderSet) -> tuple[str, ...]:
    """Return the columns of the orders that do not depend on what their rows hold."""
    return tuple(name for name in orders.columns if name not in ROW_DEPENDENT)


def timeless_checks(orders: OrderSet) -> list[RowCheck]:
    """Return the checks of a row but for that of the window."""
    return [check for check in orders.checks if check.outcome != OUTSIDE_WINDOW]


def own_checks(orders: OrderSet) -> list[RowCheck]:
    """Return the checks of a row that depend on no other row, and not on the window."""
    columns = [name for name in orders.columns if name != NOTHING_PAID]
    return [check for check in row_checks(columns, orders.rules) if check.outcome != OUTSIDE_WINDOW]


def in_window(orders: OrderSet, since: date | None, as_of: date) -> OrderSet:
    """Return the same orders under another window, their marks as they are."""
    rules = replace(orders.rules, since=since, as_of=as_of)
    return replace(orders, rules=rules, checks=row_checks(orders.columns, rules))


def in_any_window(orders: OrderSet) -> OrderSet:
    """Return the same orders under a window that leaves nothing out, their marks as they are."""
    return in_window(orders, None, LAST_DAY)


def mark_unpaid(orders: OrderSet) -> OrderSet:
    """Return the orders with the marks of those whose lines in their window add up to nothing or less."""
    if orders.rules.grain != "line" or orders.rules.refunds != "reject":
        return orders
    rows = mark_unpaid_orders(orders.rows.drop(NOTHING_PAID, strict=False), orders.rules)
    columns = tuple(rows.collect_schema().names())
    return replace(orders, rows=rows, columns=columns, checks=row_checks(columns, orders.rules))


def day_before(day: date) -> date:
    """Return the day before."""
    return day - timedelta(days=1)


def day_after(day: date) -> date:
    """Return the day after."""
    return day + timedelta(days=1)


def has_days_before(days: pl.Series, since: date | None) -> bool:
    """Return whether one of these days, some of which may be null, lies before the window."""
    return since is not None and bool((days < since).any())
