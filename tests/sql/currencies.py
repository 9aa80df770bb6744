"""Orders of several currencies."""

from __future__ import annotations

from decimal import Decimal

import polars as pl

AMOUNTS = {"JPY": "1200", "KWD": "1500.125", "USD": "12.34"}


def orders_in(amounts: dict[str, str]) -> pl.DataFrame:
    return pl.DataFrame(
        {
            "customer_id": [f"{code}{number % 2}" for code in amounts for number in range(3)],
            "order_id": [f"{code}-{number}" for code in amounts for number in range(3)],
            "order_amount": [Decimal(amount) for amount in amounts.values() for _ in range(3)],
            "order_time": ["2025-06-05"] * 3 * len(amounts),
            "currency": [code for code in amounts for _ in range(3)],
        },
        schema_overrides={"order_amount": pl.Decimal(14, 3)},
    ).with_columns(pl.col("order_time").str.to_date())
