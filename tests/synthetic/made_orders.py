"""Made orders as a frame, and the days of their times."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from rfm_engine.synthetic.generator import orders

if TYPE_CHECKING:
    from rfm_engine.synthetic.markets import Market


def make_orders(wanted: Market) -> pl.DataFrame:
    """Return the orders with canonical headers."""
    return orders(wanted).rename({header: name for name, header in wanted.headers.items()}, strict=False).collect()


def day_column(frame: pl.DataFrame) -> pl.Series:
    return frame["order_time"].cast(pl.Date)
