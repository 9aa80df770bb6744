"""Several rows that make one order, the lines of an order id or a customer's orders of a day: added up to one row.

Text is wanted of last orders alone, so only their lines are looked through for the largest: to carry the text of the
largest line of every order through the sums takes 13 s for 2 million lines.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

import polars as pl

from rfm_engine.columns import CARRIED, CUSTOMER_ID, ORDER_AMOUNT_FEN, ORDER_ID, ORDER_TIME
from rfm_engine.customers.batches import batch_rows
from rfm_engine.customers.large_sums import refuse_large_sums
from rfm_engine.orders.cells.amounts import REMAINDER, ROUNDED, is_positive
from rfm_engine.orders.order_ids.duplicates import Duplicates
from rfm_engine.orders.order_ids.identical_rows import may_repeat
from rfm_engine.orders.order_ids.order_sums import STEP, sum_order
from rfm_engine.orders.padding import has_padding
from rfm_engine.orders.parsing import null_if_empty
from rfm_engine.orders.staging import ROW, Lines
from rfm_engine.orders.tally import LineCounts

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rfm_engine.orders.staging import OrderSet

IS_ORDER: Final = "is_order"
ORDER: Final = ":order"
"""What the rows of a customer's order have in common: the order id, or the day."""

LINE: Final = ":line"
LINES: Final = ":lines"
FIRST: Final = 1_000
"""Lines by which it is judged whether most orders have one."""

DEDUCTIONS: Final = ":deductions"


def merge_rows(orders: OrderSet, duplicates: Duplicates) -> tuple[OrderSet, Duplicates]:
    """Return orders of one row each, and their duplicates; those that several rows make are in memory, without any.

    The `row` of an order is that of its first line. If an order id `has_padding`, nothing is added up.

    Raises:
        DataError: The rows of an order add up to more than can be counted exactly.
    """
    if not orders.adds_rows:
        return orders, duplicates
    lines = order_lines(orders, duplicates)
    held = _hold(lines, orders) if _are_mostly_alone(orders) else None
    if orders.may_be_padded and has_padding(orders.rows if held is None else held.lazy(), [ORDER_ID]):
        return orders, Duplicates(has_padding=True)
    several, *alone = [lines] if held is None else _split_lines(held)
    del held  # its memory serves the sums: 0.05 s of 1.7 less
    merged = add_lines(several, orders).collect(engine="streaming")
    refuse_large_sums(merged, ORDER_AMOUNT_FEN, orders.by, ORDER_ID)
    merged = merged.with_columns(pl.col(ORDER_AMOUNT_FEN).cast(pl.Int64))
    rows = pl.concat([merged, *(lines.select(merged.columns).collect() for lines in alone)])
    own_lines = Lines(rows=orders.rows, held=several.collect()) if alone else Lines(rows=lines)
    return replace(orders, rows=rows.lazy(), columns=_columns(rows, orders), checks=[], lines=own_lines), Duplicates()


def _columns(rows: pl.DataFrame, orders: OrderSet) -> tuple[str, ...]:
    """Return the columns of orders: what their rows have, and what only their lines do."""
    own = [name for name in rows.columns if name not in (ORDER, ROUNDED, LINES, DEDUCTIONS)]
    carried = [name for name in (*CARRIED, *orders.rules.carry) if name in orders.columns]
    return tuple(dict.fromkeys((*own, *carried)))


def _are_mostly_alone(orders: OrderSet) -> bool:
    """Return whether most of the first lines have another order id than the line before, and no parts of a fen.

    Lines that do not fit into memory are not looked at.
    """
    is_whole = orders.rules.grain == "line" and not {REMAINDER, STEP} & {*orders.columns}
    if not is_whole or orders.height > batch_rows(orders.height):
        return False
    ids = orders.rows.select(ORDER_ID).head(FIRST).collect()[ORDER_ID]
    return int((ids == ids.shift(1)).sum()) <= ids.len() // 4


def _hold(lines: pl.LazyFrame, orders: OrderSet) -> pl.DataFrame:
    """Return what lines are added up by, in memory: the ids of 2 million cost 0.2 s each time that they are read."""
    columns = (ROW, *orders.order_by, CUSTOMER_ID, ORDER_ID, ORDER_AMOUNT_FEN, ORDER_TIME)
    return lines.select(*dict.fromkeys(columns)).collect(engine="streaming")


def _split_lines(lines: pl.DataFrame) -> list[pl.LazyFrame]:
    """Return the lines that may share their order id, going by its hash; and the others, as orders by themselves.

    Most orders of many a shop have one line, which need not be added up: of 2 million lines 0.5 million do.
    """
    is_shared = may_repeat(lines[ORDER_ID])
    shared, alone = (lines.filter(mask).with_columns(pl.col(ORDER_ID).alias(ORDER)) for mask in (is_shared, ~is_shared))
    return [shared.lazy(), _as_orders(alone.lazy())]


def _as_orders(lines: pl.LazyFrame) -> pl.LazyFrame:
    """Return lines that are orders by themselves with the columns of orders that several make."""
    bought = pl.col(ORDER_AMOUNT_FEN) > 0
    return lines.with_columns(
        pl.when(bought).then(ORDER_TIME).alias(ORDER_TIME),
        bought.alias(IS_ORDER),
        pl.lit(1, pl.get_index_type()).alias(LINES),
        (~bought).cast(pl.get_index_type()).alias(DEDUCTIONS),
    )


def order_lines(orders: OrderSet, duplicates: Duplicates) -> pl.LazyFrame:
    """Return the rows that count, each with its `:order`."""
    rows = duplicates.drop_from(orders.passing(duplicates.unchecked_columns), orders.height)
    day = pl.col(ORDER_TIME).dt.date()
    return rows.with_columns((day if orders.rules.grain == "day" else pl.col(ORDER_ID)).alias(ORDER))


def add_lines(lines: pl.LazyFrame, orders: OrderSet) -> pl.LazyFrame:
    """Return one row per (list, customer, `:order`): its lines' exact sum in whole fen, last time and last order id.

    `row` is the first of its lines. A line of nothing or less is part of the sum alone; an order of such lines only is
    none (`is_order` false). `order_amount_rounded` says, where lines have parts of what is counted, whether their sum
    has. `:lines` counts its lines, `:deductions` those of nothing or less.
    """
    bought = is_positive(orders.columns)
    sums = [pl.col(name).cast(pl.Int128).sum() for name in (ORDER_AMOUNT_FEN, REMAINDER) if name in orders.columns]
    sums += [pl.col(STEP).first()] if STEP in orders.columns else []
    time = pl.when(bought).then(ORDER_TIME).max().alias(ORDER_TIME)
    counts = pl.len().alias(LINES), (~bought).sum().alias(DEDUCTIONS)
    rest = bought.any().alias(IS_ORDER), *counts, pl.col(ROW).min(), *_last_ids(orders, bought)
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

    The orders are given by their `row`, keys and `:lines`. The line of an order that has one is its row; the others are
    looked for by the hash of their order first: 0.3 s for 200,000 of 2 million, joined at once 0.6 s. Where lines are
    held, so are their amounts, which are not read again; that of a line by itself is 0, for it competes with none.
    """
    lines, held = (orders.rows, None) if orders.lines is None else (orders.lines.rows, orders.lines.held)
    keys, names = order_keys(orders), lines.collect_schema().names()
    amount = [name for name in (ORDER_AMOUNT_FEN, REMAINDER) if name in names]
    kept = [*amount, *(name for name in (*CARRIED, *orders.rules.carry) if name in names and name not in keys)]
    if held is None:
        is_near = pl.col(ORDER).hash().is_in(wanted[ORDER].hash().implode())
        near = lines.filter(is_near, is_positive(names)).select(*keys, *kept)
        return near.join(wanted.lazy(), on=keys, nulls_equal=True).select(ROW, *kept)
    order, fen = _find_held_lines(held, wanted, keys, orders.height)
    return lines.filter(order.is_not_null()).select(order.alias(ROW), fen.alias(ORDER_AMOUNT_FEN), *kept[1:])


def _find_held_lines(
    held: pl.DataFrame, wanted: pl.DataFrame, keys: Sequence[str], height: int
) -> tuple[pl.Expr, pl.Expr]:
    """Return of each row the `row` of the order that it was bought with, and its fen if the order has more lines."""
    several, alone = wanted.filter(pl.col(LINES) > 1), wanted[ROW].filter(wanted[LINES] == 1)
    alike = held.filter(pl.col(ORDER_AMOUNT_FEN) > 0, pl.col(ORDER).hash().is_in(several[ORDER].hash().implode()))
    found = alike.select(*keys, ORDER_AMOUNT_FEN, pl.col(ROW).alias(LINE)).join(several, on=keys, nulls_equal=True)
    order = pl.repeat(None, height, dtype=pl.UInt32, eager=True).scatter(alone, alone)
    fen = pl.repeat(0, height, dtype=pl.Int64, eager=True).scatter(found[LINE], found[ORDER_AMOUNT_FEN])
    order = order.scatter(found[LINE], found[ROW])
    return pl.lit(order).gather(pl.col(ROW)), pl.lit(fen).gather(pl.col(ROW))


def pick_largest(lines: pl.DataFrame, columns: Sequence[str]) -> pl.DataFrame:
    """Return `row` and these columns of the largest of the lines of each order (`lines_of`), as `last_...`.

    Of equal amounts the line with the greatest text counts, in the order in which texts break ties; null is least.
    """
    texts = [name for name in lines.columns if name not in (ROW, ORDER_AMOUNT_FEN, REMAINDER)]
    lines = lines.with_columns(null_if_empty(texts))
    is_one_of_several = lines[ROW].is_duplicated()
    ranked = lines.filter(is_one_of_several).sort(lines.columns, nulls_last=False)
    largest = pl.concat([lines.filter(~is_one_of_several), ranked.unique(ROW, keep="last", maintain_order=True)])
    return largest.select(ROW, *(pl.col(name).alias(f"last_{name}") for name in columns))
