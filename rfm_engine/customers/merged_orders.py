"""Several rows that make one order, the lines of an order id or a customer's orders of a day: added up to one row.

Text is wanted of last orders alone, so only their lines are looked through for the largest: to carry the text of the
largest line of every order through the sums takes 13 s for 2 million lines.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

import polars as pl

from rfm_engine.columns import CARRIED, CUSTOMER_ID, ORDER_AMOUNT_FEN, ORDER_ID, ORDER_TIME
from rfm_engine.customers.large_sums import refuse_large_sums
from rfm_engine.orders.cells.amounts import REMAINDER, ROUNDED, is_positive
from rfm_engine.orders.ledger import LineCounts
from rfm_engine.orders.order_ids.duplicates import Duplicates
from rfm_engine.orders.order_ids.order_sums import STEP, sum_order
from rfm_engine.orders.parsing import null_if_empty
from rfm_engine.orders.staging import ROW

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rfm_engine.orders.staging import OrderSet

IS_ORDER: Final = "is_order"
ORDER: Final = ":order"
"""What the rows of a customer's order have in common: the order id, or the day."""

LINES: Final = ":lines"
DEDUCTIONS: Final = ":deductions"


def merge_rows(orders: OrderSet, duplicates: Duplicates) -> tuple[OrderSet, Duplicates]:
    """Return orders of one row each, and their duplicates; those that several rows make are in memory, without any.

    Raises:
        DataError: The rows of an order add up to more than can be counted exactly.
    """
    if not orders.adds_rows:
        return orders, duplicates
    lines = order_lines(orders, duplicates)
    rows = add_lines(lines, orders).collect(engine="streaming")
    refuse_large_sums(rows, ORDER_AMOUNT_FEN, orders.by, ORDER_ID)
    rows = rows.with_columns(pl.col(ORDER_AMOUNT_FEN).cast(pl.Int64)).with_row_index(ROW)
    carried = [name for name in (*CARRIED, *orders.rules.carry) if name in orders.columns and name not in rows.columns]
    own = (ORDER, ROUNDED, LINES, DEDUCTIONS)
    columns = (*(name for name in rows.columns if name not in own), *carried)
    merged = replace(orders, rows=rows.lazy(), height=rows.height, columns=columns, checks=[], lines=lines)
    return merged, Duplicates()


def order_lines(orders: OrderSet, duplicates: Duplicates) -> pl.LazyFrame:
    """Return the rows that count, each with its `:order`."""
    rows = duplicates.drop_from(orders.passing(duplicates.unchecked_columns), orders.height)
    day = pl.col(ORDER_TIME).dt.date()
    return rows.with_columns((day if orders.rules.grain == "day" else pl.col(ORDER_ID)).alias(ORDER))


def add_lines(lines: pl.LazyFrame, orders: OrderSet) -> pl.LazyFrame:
    """Return one row per (list, customer, `:order`): its lines' exact sum in whole fen, last time and last order id.

    A line of nothing or less is part of the sum alone; an order of such lines only is none (`is_order` false).
    `order_amount_rounded` says, where lines have parts of what is counted, whether their sum has. `:lines` counts its
    lines, `:deductions` those of nothing or less.
    """
    bought = is_positive(orders.columns)
    sums = [pl.col(name).cast(pl.Int128).sum() for name in (ORDER_AMOUNT_FEN, REMAINDER) if name in orders.columns]
    sums += [pl.col(STEP).first()] if STEP in orders.columns else []
    time = pl.when(bought).then(ORDER_TIME).max().alias(ORDER_TIME)
    counts = pl.len().alias(LINES), (~bought).sum().alias(DEDUCTIONS)
    rest = bought.any().alias(IS_ORDER), *counts, *_last_ids(orders, bought)
    merged = lines.group_by(order_keys(orders)).agg(*sums, time, *rest)
    if {REMAINDER, STEP} & {*orders.columns}:
        fen, is_cut = sum_order(orders.columns)
        merged = merged.with_columns(fen.alias(ORDER_AMOUNT_FEN), is_cut.alias(ROUNDED))
        merged = merged.drop(REMAINDER, STEP, strict=False)
    return merged if orders.rules.grain == "day" else merged.with_columns(pl.col(ORDER).alias(ORDER_ID))


def order_keys(orders: OrderSet) -> list[str]:
    """Return the columns that the rows of one order share."""
    return [*(orders.by if orders.rules.grain == "day" else orders.order_by), CUSTOMER_ID, ORDER]


def _last_ids(orders: OrderSet, bought: pl.Expr) -> list[pl.Expr]:
    """Return the id of a day's last order, of those of one time the greatest."""
    if orders.rules.grain != "day" or ORDER_ID not in orders.columns:
        return []
    columns = [pl.col(name).filter(bought) for name in (ORDER_TIME, ORDER_ID)]
    return [columns[1].sort_by(columns).last()]


def count_lines(orders: OrderSet) -> LineCounts | None:
    """Return what is counted of order lines; None where rows are no lines."""
    if orders.lines is None or orders.rules.grain != "line":
        return None
    has_parts = ROUNDED in orders.rows.collect_schema()
    rounded = pl.col(ROUNDED).sum() if has_parts else pl.lit(0).alias(ROUNDED)
    counts = orders.rows.select(pl.col(LINES, DEDUCTIONS).cast(pl.Int64).sum(), rounded).collect()
    lines, deductions, rounded_orders = counts.row(0)
    return LineCounts(lines=lines, deductions=deductions, rounded=rounded_orders)


def lines_of(orders: OrderSet, wanted: pl.DataFrame) -> pl.LazyFrame:
    """Return the lines bought with some orders: the `row` of the order, the exact amounts, and what they carry.

    The orders are given by their `row` and keys. Lines are looked for by the hash of their order first: 0.3 s for
    200,000 of 2 million, joined at once 0.6 s.
    """
    lines, keys = orders.lines if orders.lines is not None else orders.rows, order_keys(orders)
    names = lines.collect_schema().names()
    amount = [name for name in (ORDER_AMOUNT_FEN, REMAINDER) if name in names]
    kept = [*amount, *(name for name in (*CARRIED, *orders.rules.carry) if name in names and name not in keys)]
    is_near = pl.col(ORDER).hash().is_in(wanted[ORDER].hash().implode())
    near = lines.filter(is_near, is_positive(names)).select(*keys, *kept)
    return near.join(wanted.lazy(), on=keys, nulls_equal=True).select(ROW, *kept)


def pick_largest(lines: pl.DataFrame, columns: Sequence[str]) -> pl.DataFrame:
    """Return `row` and these columns of the largest of the lines of each order (`lines_of`), as `last_...`.

    Of equal amounts the line with the greatest text counts, in the order in which texts break ties; null is least.
    """
    texts = [name for name in lines.columns if name not in (ROW, ORDER_AMOUNT_FEN, REMAINDER)]
    ranked = lines.with_columns(null_if_empty(texts)).sort(lines.columns, nulls_last=False)
    largest = ranked.unique(ROW, keep="last", maintain_order=True)
    return largest.select(ROW, *(pl.col(name).alias(f"last_{name}") for name in columns))
