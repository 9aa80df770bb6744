"""Customers of every type that a list has, drawn at random."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING

import polars as pl
from hypothesis import strategies as st

if TYPE_CHECKING:
    from collections.abc import Mapping

TEXTS = st.text(max_size=5) | st.sampled_from(["=1+1", "a\nb", "\n", 'a"b', ",", "长" * 60, "x" * 300, "-5"])
VALUES: Mapping[str, tuple[pl.DataType, st.SearchStrategy[object]]] = {
    "customer_id": (pl.String(), TEXTS),
    "recency_days": (pl.Int64(), st.integers(-(2**63), 2**63 - 1)),
    "monetary": (pl.Decimal(18, 2), st.integers(-(10**18) + 1, 10**18 - 1).map(lambda fen: Decimal(fen).scaleb(-2))),
    "r_score": (pl.Int32(), st.integers(-(2**31), 2**31 - 1)),
    "rfm_score": (pl.Decimal(38, 1), st.integers(-(10**37), 10**37).map(lambda tenths: Decimal(tenths).scaleb(-1))),
    "tier": (pl.Enum(["A", "B", "甲"]), st.sampled_from(["A", "B", "甲"])),
    "next_contact_by": (pl.Date(), st.dates(date(1970, 1, 1), date(2100, 1, 1))),
    "focus": (pl.String(), TEXTS),
    "currency": (pl.String(), st.sampled_from(["CNY", "JPY"])),
    "last_order_time": (pl.Datetime("us"), st.datetimes(datetime(1970, 1, 1), datetime(2100, 1, 1))),
    "last_product_name": (pl.String(), st.none()),
}
SCHEMA = pl.Schema({"region": pl.String(), **{name: dtype for name, (dtype, _) in VALUES.items()}})


@st.composite
def customers(draw: st.DrawFn) -> pl.DataFrame:
    """Draw customers of several lists, one list after the other."""
    sizes = draw(st.lists(st.integers(1, 9), min_size=1, max_size=4))
    height = sum(sizes)
    regions = [f"L{number}" for number, size in enumerate(sizes) for _ in range(size)]
    columns = {
        name: draw(st.lists(st.none() | values, min_size=height, max_size=height))
        for name, (_, values) in VALUES.items()
    }
    return pl.DataFrame({"region": regions} | columns, SCHEMA)
