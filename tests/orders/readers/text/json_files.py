"""Amounts of the customers of a JSON file."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import polars as pl

if TYPE_CHECKING:
    import polars as pl

PLAIN = [
    {"customer_id": "007", "order_amount": 1.10, "order_time": "2025-07-01"},
    {"customer_id": 8, "order_amount": "2", "order_time": "2025-07-02"},
]


def amounts(frame: pl.DataFrame) -> list[tuple[Any, ...]]:
    return frame.select("customer_id", "order_amount_fen", "source_row").rows()
