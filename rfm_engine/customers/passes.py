"""The passes over the orders as Polars plans them, for `run --explain-plan`."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import polars as pl

from rfm_engine.columns import CUSTOMER_ID
from rfm_engine.customers.aggregate import find_shortcuts, list_last_order_columns, orders_in
from rfm_engine.customers.last_order import fetch_last_orders
from rfm_engine.customers.merged_orders import add_lines, lines_of, order_keys, order_lines
from rfm_engine.customers.metrics import metrics
from rfm_engine.customers.moments import are_held
from rfm_engine.orders.order_ids import duplicates as repeats
from rfm_engine.orders.order_ids.duplicates import Duplicates
from rfm_engine.orders.order_ids.spans import mark_rows
from rfm_engine.orders.staging import ROW, Lines

if TYPE_CHECKING:
    from rfm_engine.orders.staging import OrderSet


def explain_passes(orders: OrderSet) -> dict[str, str]:
    """Return the optimised plans of the passes over the orders, by what they find out; nothing runs."""
    may_repeat = repeats.can_repeat(orders)
    passes = {}
    if may_repeat or repeats.are_promised_unique(orders):
        passes["whether order ids rise"] = mark_rows(orders.rows, orders.height)
    if may_repeat:
        passes["else which of them repeat"] = repeats.suspect_hashes(orders)
    lines = order_lines(orders, Duplicates())
    columns = list_last_order_columns(orders)
    shortcuts = replace(find_shortcuts(orders, Duplicates()), whole_seconds=True)
    if are_held(shortcuts, orders.height):
        shortcuts = replace(shortcuts, counts_same_day=False)
    single = orders_in(orders, Duplicates(), None, spared=(*orders.by, CUSTOMER_ID))
    rows = add_lines(lines, orders) if orders.adds_rows else single
    passes["the metrics of each customer"] = metrics(rows, orders.rules.as_of, shortcuts)
    first = pl.col(ROW).is_in([0])
    keys = rows.select(ROW, *order_keys(orders)) if orders.adds_rows else rows
    passes["the newest orders (here: row 0)"] = (
        lines_of(replace(orders, lines=Lines(rows=lines)), pl.DataFrame(schema=keys.collect_schema()))
        if orders.adds_rows
        else fetch_last_orders(orders.rows, first, columns)
    )
    return {name: frame.explain(engine="streaming") for name, frame in passes.items()}
