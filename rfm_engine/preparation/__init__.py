"""Typed orders made ready for the checks: one spelling for one thing, the rows of an order completed, some left out."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import polars as pl

from rfm_engine.columns import CURRENCY, CUSTOMER_ID, ORDER_ID, REFUND_OF, REFUNDED_FEN
from rfm_engine.orders.cells.refunds import is_wholly_refunded
from rfm_engine.orders.cleaning import list_columns
from rfm_engine.orders.reading import SOURCE_FILE
from rfm_engine.orders.staging import ROW
from rfm_engine.preparation.currencies import find_currency, settle_currency
from rfm_engine.preparation.customer_ids import unify_ids
from rfm_engine.preparation.left_out import leave_out
from rfm_engine.preparation.order_rows import (
    complete_further_rows,
    drop_copies,
    drop_remainders,
    keep_latest_exports,
    keep_one_total,
    mark_unpaid_orders,
)
from rfm_engine.preparation.refund_rows import subtract_refund_rows
from rfm_engine.preparation.sources import follow_sources, leave_out_statuses
from rfm_engine.preparation.spellings import join_regions, match_statuses

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from rfm_engine.order_source import OrderSource
    from rfm_engine.rules import Rules

__all__ = ["find_currency", "follow_sources", "prepare_orders"]


def prepare_orders(
    orders: pl.LazyFrame,
    rules: Rules,
    *,
    is_text: bool,
    copies: Sequence[str] = (),
    sources: Mapping[str, OrderSource | None] | None = None,
) -> tuple[pl.LazyFrame, Rules]:
    """Return the orders as the rules want them, and the rules as the orders spell what they request.

    A row that is left out has the reason in `left_out`. Nothing is read that no rule needs, but for orders read from
    text: there the cells are looked at that an order's further rows may lack. `copies` are files with the content of
    another one; their rows count once. `sources` are those of the files whose own statuses count.
    """
    columns = orders.collect_schema().names()
    has_ids = ORDER_ID in columns
    orders = drop_remainders(orders, columns)
    if has_ids and is_text:
        orders = complete_further_rows(orders, columns, rules.carry if rules.grain == "line" else ())
    orders = drop_copies(orders, copies) if copies and rules.grain == "line" else orders
    orders = leave_out_statuses(orders, sources) if sources else orders
    if CURRENCY in columns:
        orders, rules = settle_currency(orders, rules)
    if REFUND_OF in columns:
        orders = subtract_refund_rows(orders, rules) if has_ids else orders.drop(REFUND_OF)
        columns = orders.collect_schema().names()
    if REFUNDED_FEN in columns and rules.grain != "line":
        refunded = orders.filter(is_wholly_refunded()).select(ROW).collect()
        orders = leave_out(orders, refunded, "wholly refunded") if refunded.height else orders
    if rules.same_id:
        orders = orders.with_columns(unify_ids(pl.col(CUSTOMER_ID), rules.same_id).alias(CUSTOMER_ID))
        excluded = pl.select(unify_ids(pl.lit(pl.Series(rules.exclude_customer, dtype=pl.String)), rules.same_id))
        rules = replace(rules, exclude_customer=tuple(excluded.to_series()))
    if rules.same_region:
        orders, rules = join_regions(orders, rules)
    rules = match_statuses(orders, rules)
    if has_ids and rules.latest_export == "wins" and SOURCE_FILE in columns:
        orders = keep_latest_exports(orders)
    if has_ids and rules.order_total == "repeated":
        orders = keep_one_total(orders, list_columns(columns, rules))
    if has_ids and rules.grain == "line" and rules.refunds == "reject":
        orders = mark_unpaid_orders(orders, rules)
    return orders, rules
