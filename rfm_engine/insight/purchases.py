"""Who bought what in which month: the orders that count, summed for each (list, customer, product, month)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import polars as pl

from rfm_engine.columns import CUSTOMER_ID, ORDER_AMOUNT_FEN, ORDER_TIME, PRODUCT_NAME
from rfm_engine.customers.aggregate import orders_in
from rfm_engine.customers.merged_orders import ORDER, order_lines
from rfm_engine.orders.staging import ROW
from rfm_engine.privacy import pseudonymize

if TYPE_CHECKING:
    from rfm_engine.config.job import Job
    from rfm_engine.customers.counted_rows import CountedRows

LIST: Final = "region"
"""The name of a list: its region, or the values of its columns with ` / ` between them."""

PRODUCT: Final = "product"
MONTH: Final = "month"
EVERY: Final = ""
"""Stands for all products, or for all lists; no product or list has an empty name."""

UNNAMED: Final = "–"
MOST_PRODUCTS: Final = 100
OTHERS: Final = "…"
"""The product that stands for all but the largest."""


@dataclass(frozen=True, kw_only=True)
class Purchases:
    """Purchases by month: of each product (`of_products`), and whatever was bought (`of_customers`).

    Both have one row per (list, customer, month), the first one for each product: `orders`, `spend` and `refunded` in
    fen, `last_day`. An order of several products is an order of each. `by` are the columns of lists, `customers` has
    one row per (list, customer) with its `tier` by position, `orders` and `spend`.
    """

    of_products: pl.DataFrame
    of_customers: pl.DataFrame
    customers: pl.DataFrame


def sum_purchases(counted: CountedRows, job: Job) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return the purchases of each product and of each customer, as `Purchases` has them."""
    orders, duplicates = counted.rows, counted.repeated
    is_merged = orders.adds_rows
    rows = order_lines(orders, duplicates) if is_merged else orders_in(orders, duplicates, None)
    has_products = PRODUCT_NAME in orders.columns and PRODUCT_NAME not in job.dataset.drop
    fen, by = pl.col(ORDER_AMOUNT_FEN), orders.by
    named = pl.col(PRODUCT_NAME).fill_null("").replace("", UNNAMED) if has_products else pl.lit(UNNAMED)
    typed = rows.select(
        *(pl.col(name).cast(pl.String) for name in by),
        CUSTOMER_ID,
        named.cast(pl.String).alias(PRODUCT),
        pl.col(ORDER_TIME).dt.date().alias("day"),
        pl.col(ORDER_TIME).dt.date().dt.truncate("1mo").alias(MONTH),
        fen,
        *([pl.col(ORDER).cast(pl.String)] if is_merged else [pl.col(ROW).alias(ORDER)]),
    )
    bought = pl.col(ORDER).filter(fen > 0)
    sums = (
        (bought.n_unique() if is_merged else bought.len()).cast(pl.Int64).alias("orders"),
        fen.sum().alias("spend"),
        (-fen.filter(fen < 0).sum()).alias("refunded"),
        pl.col("day").max().alias("last_day"),
    )
    keys = [*by, CUSTOMER_ID, MONTH]
    found = pl.collect_all([typed.group_by(*keys, PRODUCT).agg(*sums), typed.group_by(*keys).agg(*sums)])
    of_products, of_customers = (name_lists(pseudonymize(frame, by, job), by) for frame in found)
    return join_small_products(of_products), of_customers


def name_lists(frame: pl.DataFrame, by: tuple[str, ...]) -> pl.DataFrame:
    """Return the frame with the name of each list instead of its columns."""
    name = pl.concat_str(by, separator=" / ") if by else pl.lit(UNNAMED)
    return frame.with_columns(name.alias(":list")).drop(by).rename({":list": LIST})


def join_small_products(purchases: pl.DataFrame) -> pl.DataFrame:
    """Return the purchases with one product for all but the largest, for no one reads a thousand of them."""
    spends = purchases.group_by(PRODUCT).agg(pl.col("spend").sum()).sort("spend", PRODUCT, descending=[True, False])
    if spends.height <= MOST_PRODUCTS:
        return purchases
    large = spends[PRODUCT].head(MOST_PRODUCTS - 1).to_list()
    joined = purchases.with_columns(
        pl.when(pl.col(PRODUCT).is_in(large)).then(pl.col(PRODUCT)).otherwise(pl.lit(OTHERS)).alias(PRODUCT)
    )
    sums = (pl.col("orders", "spend", "refunded").sum(), pl.col("last_day").max())
    return joined.group_by(LIST, CUSTOMER_ID, MONTH, PRODUCT).agg(*sums)
