"""Typed orders made to let engines differ: ties, repeats, contradictions, refunds, blanks, letters of any length."""

from __future__ import annotations

import random
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, Final

import polars as pl

RULE_SETS: Final[list[dict[str, Any]]] = [
    {"by": by, "refunds": refunds, "grain": grain} | ({"keep_status": ["paid", "付款"]} if keeps else {})
    for by in (["region"], [], ["region", 'Store\'s "line"'])
    for refunds in ("reject", "net")
    for grain in ("order", "line")
    for keeps in (False, True)
]
"""24 rule sets: lists by a region, by none, by a hostile name; refunds; grain; statuses."""

FURTHER: Final[list[dict[str, Any]]] = [
    {"grain": "day"},
    {"grain": "day", "refunds": "net", "by": []},
    {"order_ids_per": "store"},
    {"order_ids_per": "store", "grain": "line"},
    {"unique_order_ids": True},
    {"region": ["四川省", "it's"], "exclude_customer": ["c1", "客'"]},
    {"nobody": ["c2"], "since": "2025-01-01"},
    {"nobody": ["none"], "drop": ["product_name", "order_amount"]},
]
KINDS: Final = {"order_amount": pl.Decimal(14, 2), "order_time": pl.Datetime("us")}
DAY: Final = datetime(2025, 7, 1)


def nasty_orders(rows: int = 4_000, *, seed: int = 1) -> pl.DataFrame:
    """Return orders of few customers in few regions, so that everything that can coincide does."""
    draw = random.Random(seed)
    return pl.DataFrame([_order(draw, rows) for _ in range(rows)], schema_overrides=KINDS)


def _order(draw: random.Random, rows: int) -> dict[str, Any]:
    number = draw.randrange(rows)
    same = random.Random(number)  # what rows of one order share, nearly always
    shared = draw if draw.random() < 0.02 else same
    return {
        "customer_id": shared.choice(
            ["c1", "C1", " c2\t", "客'", "\ufeffä3", "𠮷", "a2", "B1", "guest", "", None, "007"]
        ),
        "order_id": draw.choice(["", None]) if draw.random() < 0.01 else f"o{number}",
        "region": shared.choice(["四川省", "四川省 ", "it's", "Ω", "", None]),
        'Store\'s "line"': shared.choice(["x", "y", "\\", "z'"]),
        "store_code": shared.choice(["s1", "S1", "𝔰", None, ""]),
        "product_name": draw.choice(["tent", "Tent", "帐篷", None, " "]) if draw.random() < 0.04 else "tent",
        "order_status": shared.choice(["paid", " PAID", "p aid", "付\u3000款", "closed", None]),
        "order_amount": shared.choice([Decimal("0.01"), Decimal("-5.00"), Decimal(0), None, Decimal("99999999999.99")])
        if shared.random() < 0.2
        else Decimal(same.randrange(1, 99_999)).scaleb(-2),
        "order_time": _time(shared),
    }


def _time(draw: random.Random) -> datetime | None:
    if draw.random() < 0.05:
        return draw.choice(
            [None, datetime(1970, 1, 1), datetime(999, 12, 31), DAY + timedelta(days=1), datetime(2019, 1, 1)]
        )
    if draw.random() < 0.3:
        return DAY - timedelta(days=draw.randrange(3))
    return DAY - timedelta(microseconds=draw.randrange(400 * 86_400 * 10**6))
