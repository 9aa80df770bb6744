"""Orders made to go wrong: ties, repeats, contradictions, refunds, blanks, several spellings, no customer."""

from __future__ import annotations

import random
from datetime import datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import polars as pl

if TYPE_CHECKING:
    from pathlib import Path

NOON = datetime(2025, 7, 1, 12)
KINDS = {"order_amount": pl.Decimal(14, 2), "order_time": pl.Datetime("us")}


def shop_orders(rows: int, customers: int, seed: int = 1) -> pl.DataFrame:
    draw = random.Random(seed)
    return pl.DataFrame([_order(draw, rows, customers) for _ in range(rows)], schema_overrides=KINDS)


def _order(draw: random.Random, rows: int, customers: int) -> dict[str, Any]:
    number = draw.randrange(rows)
    own = random.Random(number) if draw.random() < 0.98 else draw
    customer = f"c{own.randrange(customers)}"
    return {
        "customer_id": own.choice([customer] * 12 + [f" {customer}\t", customer.upper(), "", "guest", None, "顾客"]),
        "order_id": f"o{number}",
        "region": own.choice(["四川省", "四川省 ", "Ω", "", None]),
        "product_name": own.choice(["tent", "帐篷", None]),
        "order_status": own.choice(["paid", "paid", "closed"]),
        "order_amount": Decimal(own.randrange(-9_999, 99_999)).scaleb(-2),
        "order_time": NOON - timedelta(hours=own.randrange(400 * 24)) if own.random() < 0.98 else None,
    }


def as_text(orders: pl.DataFrame) -> pl.DataFrame:
    """Return the orders with amounts and times in the words of people."""
    return orders.with_columns(
        pl.concat_str(pl.lit(" ¥"), pl.col("order_amount").cast(pl.String), ignore_nulls=True).alias("order_amount"),
        pl.col("order_time").dt.strftime("%d.%m.%Y %H:%M").fill_null("soon").alias("order_time"),
    )


def write_dataset(folder: Path, orders: pl.DataFrame, *lines: str) -> Path:
    """Write the orders as two Parquet files with a dataset file beside them."""
    half = len(orders) // 2
    (folder / "my orders").mkdir(parents=True)
    orders[:half].write_parquet(folder / "my orders" / "1.parquet")
    orders[half:].write_parquet(folder / "my orders" / "2.parquet")
    keys = ['name = "shop"', 'orders = ["my orders"]', 'as_of = "2025-07-01"', *lines]
    (folder / "dataset.toml").write_text("\n".join(keys), "utf-8")
    return folder
