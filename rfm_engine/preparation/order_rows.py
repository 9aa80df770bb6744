"""Orders of several rows: cells that only the first row has, totals that each row repeats, later exports."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import polars as pl

from rfm_engine.columns import (
    CURRENCY,
    CUSTOMER_ID,
    NOTHING_PAID,
    ORDER_AMOUNT_FEN,
    ORDER_ID,
    ORDER_TIME,
    REGION,
    STATUS,
    STORE_CODE,
)
from rfm_engine.orders.cells.amounts import AMOUNT_TEXT, REMAINDER, ROUNDED
from rfm_engine.orders.cleaning import is_present, list_columns, order_columns, passing_rows, row_checks
from rfm_engine.orders.order_ids.order_sums import STEP, sum_order
from rfm_engine.orders.parsing import TIME_TEXT
from rfm_engine.orders.reading import SOURCE_FILE
from rfm_engine.orders.staging import ROW
from rfm_engine.preparation.left_out import leave_out

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rfm_engine.rules import Rules

INHERITED: Final = (CUSTOMER_ID, ORDER_TIME, STATUS, REGION, STORE_CODE, CURRENCY)
"""What a further row of an order takes from its first row where it has nothing of its own."""

FIRST: Final = ":first "
RUN: Final = ":run"
HAS_NO_AMOUNT: Final = pl.col(ORDER_AMOUNT_FEN).is_null() & pl.col(AMOUNT_TEXT).is_null()


def complete_further_rows(orders: pl.LazyFrame, columns: Sequence[str], carry: Sequence[str] = ()) -> pl.LazyFrame:
    """Return the orders with the blank cells of an order's further rows filled from its first row.

    Further rows follow the first at once, in the same file and with the same order id. One without an amount of its own
    is left out: the first row has the total of the whole order.
    """
    inherited = [name for name in dict.fromkeys((*INHERITED, *carry)) if name in columns]
    blank = {name: ~is_present(pl.col(name)).fill_null(value=False) for name in inherited if name != ORDER_TIME}
    blank[ORDER_TIME] = pl.col(ORDER_TIME).is_null() & pl.col(TIME_TEXT).is_null()
    if not orders.select((pl.col(ORDER_ID) == pl.col(ORDER_ID).shift(1)).any()).collect().item():
        return orders
    is_further = _is_further(columns)
    is_suspect = is_further & pl.any_horizontal(*blank.values(), HAS_NO_AMOUNT)
    suspects = orders.select(ROW, is_suspect.alias(":suspect")).filter(":suspect").select(ROW).collect()
    if suspects.is_empty():
        return orders
    firsts = _first_rows(orders, suspects, inherited, is_further)
    filled = orders.join(firsts.lazy(), on=ROW, how="left", maintain_order="left")
    cells = [pl.when(blank[name]).then(FIRST + name).otherwise(name).alias(name) for name in inherited]
    without_amount = orders.join(suspects.lazy(), on=ROW, how="semi").filter(HAS_NO_AMOUNT).select(ROW).collect()
    filled = filled.with_columns(cells).drop(FIRST + name for name in inherited)
    return leave_out(filled, without_amount, "further rows of an order") if without_amount.height else filled


def _is_further(columns: Sequence[str]) -> pl.Expr:
    """Return whether a row has the order id and the file of the row before."""
    same = pl.all_horizontal(
        pl.col(name) == pl.col(name).shift(1) for name in (ORDER_ID, SOURCE_FILE) if name in columns
    )
    return (same & (pl.col(ORDER_ID).str.len_bytes() > 0)).fill_null(value=False)


def _first_rows(
    orders: pl.LazyFrame, suspects: pl.DataFrame, inherited: Sequence[str], is_further: pl.Expr
) -> pl.DataFrame:
    """Return what the first rows of their orders have, by the row of each suspect."""
    runs = orders.select(ROW, *inherited, (~is_further).cum_sum().alias(RUN))
    wanted = runs.join(suspects.lazy(), on=ROW, how="semi").select(ROW, RUN)
    firsts = runs.group_by(RUN).agg(pl.col(name).sort_by(ROW).first().alias(FIRST + name) for name in inherited)
    return wanted.join(firsts, on=RUN).drop(RUN).collect()


def keep_latest_exports(orders: pl.LazyFrame) -> pl.LazyFrame:
    """Return the orders with those rows left out whose order stands in a later file too.

    The later of two files is the one whose orders reach further; of equal ones that with the greater name.
    """
    order = [CUSTOMER_ID, ORDER_ID]
    reach = orders.group_by(SOURCE_FILE).agg(pl.col(ORDER_TIME).max()).sort(ORDER_TIME, SOURCE_FILE, nulls_last=False)
    ranks = reach.with_row_index(":rank").drop(ORDER_TIME)
    ranked = orders.select(ROW, SOURCE_FILE, *order).join(ranks, on=SOURCE_FILE)
    latest = ranked.group_by(order).agg(pl.col(":rank").max().alias(":latest"), pl.col(":rank").min())
    several = latest.filter(pl.col(":latest") > pl.col(":rank")).drop(":rank")
    rows = ranked.join(several, on=order).filter(pl.col(":rank") < pl.col(":latest")).select(ROW).collect()
    return leave_out(orders, rows, "superseded by a later export") if rows.height else orders


def keep_one_total(orders: pl.LazyFrame, by: Sequence[str]) -> pl.LazyFrame:
    """Return the orders with all but the first row left out of each order whose rows repeat one amount."""
    order = [*by, CUSTOMER_ID, ORDER_ID]
    present = orders.filter(pl.col(ORDER_ID).str.len_bytes() > 0)
    repeated = present.group_by(order).agg(pl.col(ROW).min().alias(":first"), pl.col(ORDER_AMOUNT_FEN).n_unique())
    once = repeated.filter(pl.col(ORDER_AMOUNT_FEN) == 1).select(*order, ":first")
    rows = present.join(once, on=order).filter(pl.col(ROW) > pl.col(":first")).select(ROW).collect()
    return leave_out(orders, rows, "repeats of an order's total") if rows.height else orders


def drop_copies(orders: pl.LazyFrame, copies: Sequence[str]) -> pl.LazyFrame:
    """Return the orders with the rows of these files left out, for they are copies of other files."""
    return leave_out(orders, orders.filter(pl.col(SOURCE_FILE).is_in(copies)).select(ROW).collect(), "copies of a file")


def drop_remainders(orders: pl.LazyFrame, columns: Sequence[str]) -> pl.LazyFrame:
    """Return the orders without the parts of a fen of their amounts, where no amount has any."""
    return (
        orders
        if REMAINDER not in columns or orders.select(pl.col(ROUNDED).any()).collect().item()
        else orders.drop(REMAINDER)
    )


def mark_unpaid_orders(orders: pl.LazyFrame, rules: Rules) -> pl.LazyFrame:
    """Return order lines with whether those of an order add up to nothing or less, where any line is such."""
    columns = orders.collect_schema().names()
    if STEP not in columns and not orders.select((pl.col(ORDER_AMOUNT_FEN) <= 0).any()).collect().item():
        return orders
    by = order_columns(columns, list_columns(columns, rules), rules)
    passing = passing_rows(orders, row_checks(columns, rules))
    amounts = [pl.col(name).cast(pl.Int128).sum() for name in (ORDER_AMOUNT_FEN, REMAINDER) if name in columns]
    amounts += [pl.col(STEP).first()] if STEP in columns else []
    sums = passing.group_by(*by, CUSTOMER_ID, ORDER_ID).agg(amounts)
    paid = sum_order(columns)[0] if {REMAINDER, STEP} & {*columns} else pl.col(ORDER_AMOUNT_FEN)
    unpaid = sums.filter(paid <= 0).select(*by, CUSTOMER_ID, ORDER_ID)
    rows = passing.join(unpaid, on=[*by, CUSTOMER_ID, ORDER_ID], how="semi", nulls_equal=True).select(
        ROW, pl.lit(value=True).alias(NOTHING_PAID)
    )
    marked = orders.join(rows.collect().lazy(), on=ROW, how="left", maintain_order="left")
    return marked.with_columns(pl.col(NOTHING_PAID).fill_null(value=False))
