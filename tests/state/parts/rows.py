"""Parts made of few customers."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import polars as pl
from hypothesis import strategies as st

SCHEMA: dict[str, Any] = {
    "region": pl.String,
    "customer_id": pl.String,
    "frequency": pl.Int64,
    "monetary_fen": pl.Int64,
    "refunds": pl.Int64,
    "before": pl.Int64,
    "last_order_time": pl.Datetime("us"),
    "last_order_id": pl.String,
    "last_product_name": pl.String,
}
LASTS = st.tuples(st.integers(1, 3), st.sampled_from(["a", "b", None]), st.sampled_from(["tent", "rope", None]))
Last = tuple[int, str | None, str | None]


def make_part(rows: dict[tuple[str, str], tuple[int, int, Last]], month: int = 1) -> pl.DataFrame:
    """Return the part of customers with so many orders of so many fen each, and the day and texts of the last one."""
    made = [
        (*key, count, count * fen, 0, 0, datetime(2025, month, day), *texts)
        for key, (count, fen, (day, *texts)) in sorted(rows.items())
    ]
    return pl.DataFrame(made, schema=SCHEMA, orient="row")


ROWS = st.dictionaries(
    st.tuples(st.sampled_from(["n", "m", "n\0"]), st.sampled_from(["a", "b", "c", "", "\0", "\0a", "a\0"])),
    st.tuples(st.integers(1, 3), st.integers(1, 99), LASTS),
)
