"""Orders to customers: one row per (list, customer), the first of two passes over the orders. The hot path.

Fetching the last order's text inside the group-by carries every text of every order through it: 6.8 s for 20 million
orders. Instead this pass keeps only the last order's row number, packed below its time into one integer whose maximum
streams; the second pass (`last_order`) reads the text of those rows alone (0.5 s).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
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
from rfm_engine.customers.integer_keys import TextKeys
from rfm_engine.customers.merged_orders import IS_ORDER
from rfm_engine.orders.staging import ROW

if TYPE_CHECKING:
    from rfm_engine.customers.integer_keys import CustomerKeys

LAST_KEY: Final = ":last key"
TIE_KEY: Final = ":tie key"
TIED: Final = "tied"
SAME_DAY: Final = ":rows on same day"
ROWS: Final = 1 << 32
"""More rows than Polars numbers (32 bits)."""

SECOND: Final = 1_000_000
SPAN: Final = 1 << 30
"""Seconds (34 years) around the statistics date that fit 64 bits together with a row number."""

OVERFLOW: Final = (1 << 63) - 1
"""Stands for a time that does not fit; no order is packed so."""


def fits_seconds(as_of: date) -> pl.Expr:
    """Return whether an order time is a whole second near enough to the statistics date to be packed in 64 bits."""
    since = pl.col(ORDER_TIME).to_physical() - _micros(as_of)
    return (since % SECOND == 0) & since.is_between(-SPAN * SECOND, (SPAN - 1) * SECOND)


def _micros(day: date) -> int:
    return (day - date(1970, 1, 1)).days * 86_400 * SECOND


@dataclass(frozen=True, kw_only=True)
class Shortcuts:
    """What is known of the orders, and spares the metrics work.

    `all_rows_are_orders`, else `is_order` says which are; times are `whole_seconds` (`fits_seconds`); `ids_rise`, so
    that the last row of equal times is the last order (also where nothing of it is wanted); `keys` stand for customers.
    `counts_same_day` is more work: rows are counted that are on the same day as another of the customer.
    """

    all_rows_are_orders: bool
    whole_seconds: bool
    ids_rise: bool
    keys: CustomerKeys
    counts_same_day: bool = False


def customer_metrics(orders: pl.LazyFrame, as_of: date, shortcuts: Shortcuts) -> pl.DataFrame:
    """Return all of `metrics` by list and customer_id; times are taken in seconds unless one does not fit."""
    return complete_metrics(metrics(orders, as_of, shortcuts).collect(), orders, as_of, shortcuts)


def complete_metrics(found: pl.DataFrame, orders: pl.LazyFrame, as_of: date, shortcuts: Shortcuts) -> pl.DataFrame:
    """Return `metrics` found of the orders, anew if a time does not fit, and with customers that have no key."""
    if shortcuts.whole_seconds and overflows(found):
        return customer_metrics(orders, as_of, replace(shortcuts, whole_seconds=False))
    if not found[CUSTOMER_ID].null_count():
        return found
    by, nobody = shortcuts.keys.by, shortcuts.keys.nobody
    others = replace(shortcuts, keys=TextKeys(by=by, nobody=nobody))
    by_text = customer_metrics(shortcuts.keys.without_key(orders), as_of, others)
    return pl.concat([found.drop_nulls(CUSTOMER_ID), by_text]).lazy().sort(*by, CUSTOMER_ID).collect()


def metrics(orders: pl.LazyFrame, as_of: date, shortcuts: Shortcuts) -> pl.LazyFrame:
    """Return one row per (list, customer): the three metrics, and where the last order stands.

    The rows stand by list and customer_id, after one without a customer for all orders that have no key. `row` is the
    number of a last order, `tied` whether another one has the same time. A customer without any order has frequency 0
    and no last order. Sums of amounts that are not all of orders have 128 bits. Rows on the same day as another, where
    they are counted, are a customer's rows less the days that have any.

    Where order ids rise, the greatest row of equal times is that of the greatest id, and no one is tied: 1.6 s for 20
    million orders instead of 2.0 s.
    """
    last_key, tie_key = (key.max() for key in _pack(as_of, shortcuts))  # Polars leaves out a tie key that is not read
    fen = pl.col(ORDER_AMOUNT_FEN)
    groups = shortcuts.keys.group(orders).agg(
        (fen if shortcuts.all_rows_are_orders else fen.cast(pl.Int128)).sum().alias(MONETARY_FEN),
        (pl.len() if shortcuts.all_rows_are_orders else pl.col(IS_ORDER).sum()).cast(pl.Int64).alias(FREQUENCY),
        last_key.alias(LAST_KEY),
        tie_key.alias(TIE_KEY),
        *([_count_same_day()] if shortcuts.counts_same_day else []),
    )
    unit = SECOND if shortcuts.whole_seconds else 1
    time = (pl.col(LAST_KEY) // ROWS).cast(pl.Int64) * unit + _micros(as_of)
    tied = pl.col(LAST_KEY) % ROWS != ROWS - 1 - pl.col(TIE_KEY) % ROWS
    customers = shortcuts.keys.restore(groups).with_columns(
        time.cast(pl.Datetime("us")).alias(LAST_ORDER_TIME),
        (pl.col(LAST_KEY) % ROWS).cast(pl.UInt32).alias(ROW),
        (pl.lit(value=False) if shortcuts.ids_rise else tied).alias(TIED),
    )
    columns = (FREQUENCY, MONETARY_FEN, LAST_ORDER_TIME, ROW, TIED, *([SAME_DAY] if shortcuts.counts_same_day else []))
    return customers.select(*shortcuts.keys.by, CUSTOMER_ID, recency_days(as_of), *columns)


def _count_same_day() -> pl.Expr:
    return (pl.len().cast(pl.Int64) - pl.col(ORDER_TIME).dt.date().n_unique()).alias(SAME_DAY)


def _pack(as_of: date, shortcuts: Shortcuts) -> tuple[pl.Expr, pl.Expr]:
    """Return an order's time with its row below it, and with the row's complement; null in a row that is no order.

    Whole seconds fit in 64 bits instead of 128: 1.7 s instead of 2.0 s. Where one does not (`fits_seconds`) the row is
    beyond all rows, and the answer worthless (`overflows`).
    """
    unit, integer = (SECOND, pl.Int64) if shortcuts.whole_seconds else (1, pl.Int128)
    time = ((pl.col(ORDER_TIME).to_physical() - _micros(as_of)) // unit).cast(integer) * ROWS
    last_key, tie_key = time + pl.col(ROW), time + (ROWS - 1 - pl.col(ROW).cast(pl.Int64))
    if shortcuts.whole_seconds:
        last_key = pl.when(fits_seconds(as_of)).then(last_key).otherwise(OVERFLOW)
    if shortcuts.all_rows_are_orders:
        return last_key, tie_key
    return pl.when(IS_ORDER).then(last_key), pl.when(IS_ORDER).then(tie_key)


def overflows(found: pl.DataFrame) -> bool:
    """Return whether `metrics` in seconds met a time that does not fit."""
    return found[ROW].max() == ROWS - 1


def recency_days(as_of: date) -> pl.Expr:
    """Return the calendar days from the last order to the statistics date (Int64)."""
    return (pl.lit(as_of) - pl.col(LAST_ORDER_TIME).dt.date()).dt.total_days().alias(RECENCY_DAYS)
