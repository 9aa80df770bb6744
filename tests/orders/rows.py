"""Typed rows, sound but for what a test changes."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

import polars as pl

from rfm_engine.grading.policies import Abcd
from rfm_engine.grading.schemes import Thresholds
from rfm_engine.rules import Rules, Weights

WEIGHTS = Weights(Decimal("0.3"), Decimal("0.3"), Decimal("0.4"))
SOUND = {
    "customer_id": "c",
    "order_id": "o",
    "region": "north",
    "product_name": "tent",
    "order_status": "paid",
    "order_amount_fen": 1,
    "order_amount_rounded": False,
    "order_time": datetime(2025, 7, 1),
    "order_amount_text": "0.01",
    "order_time_text": "2025-07-01",
}
TYPES: dict[str, Any] = dict.fromkeys(SOUND, pl.String) | {
    "order_amount_fen": pl.Int64,
    "order_amount_rounded": pl.Boolean,
    "order_time": pl.Datetime("us"),
}
REQUESTED: dict[str, Any] = {"since": date(2025, 6, 1), "region": ("north", "east"), "keep_status": ("paid", "sent")}


def rules_of(**rules: Any) -> Rules:  # noqa: ANN401
    return Rules(date(2025, 7, 1), WEIGHTS, Thresholds(), Abcd(), **rules)


def orders_of(*rows: dict[str, Any]) -> pl.LazyFrame:
    frame = pl.DataFrame([SOUND | row for row in rows], schema=TYPES)
    return frame.with_columns(source_file=pl.lit("a.csv"), source_row=pl.int_range(2, frame.height + 2)).lazy()
