"""Lines by order: what they add up to, and whether they stand together in their file."""

from __future__ import annotations

from typing import Final

import polars as pl

from rfm_engine.columns import CUSTOMER_ID, ORDER_AMOUNT_FEN, ORDER_ID
from rfm_engine.orders.reading import SOURCE_FILE

PLACE: Final = (CUSTOMER_ID, ORDER_ID, SOURCE_FILE)

HAS_SEVERAL_LINES: Final = pl.col("len") > 1
HAS_ONE_AMOUNT: Final = pl.col("amounts") == 1
MAY_HAVE_TOTAL: Final = (pl.col("len") > 2) & ~HAS_ONE_AMOUNT  # noqa: PLR2004 a total and two lines
"""Whether an order has room for a line that is the sum of its others."""
HAS_TOTAL: Final = (pl.col("most") > 0) & (pl.col("sum") % pl.col("most") == 0)
"""Whether the greatest line of such an order may be that sum, or of some others."""


def add_lines_up(lines: pl.LazyFrame, *more: pl.Expr) -> pl.LazyFrame:
    """Return a row for each order: how many lines (`len`) and `amounts`, their `sum`, the `most` of a line; more."""
    amount = pl.col(ORDER_AMOUNT_FEN)
    amounts = (amount.sum().alias("sum"), amount.max().alias("most"), amount.n_unique().alias("amounts"))
    return lines.group_by(CUSTOMER_ID, ORDER_ID).agg(pl.len(), *amounts, *more)


def find_divided_orders(lines: pl.LazyFrame) -> pl.LazyFrame:
    """Return the (customer, order, file) whose lines do not stand together, and how many `runs` they make."""
    begins = pl.any_horizontal(pl.col(name).ne_missing(pl.col(name).shift(1)) for name in PLACE)
    return lines.filter(begins).group_by(PLACE).agg(pl.len().alias("runs")).filter(pl.col("runs") > 1)
