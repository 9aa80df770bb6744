"""`score` takes any frame, and says what it refuses in the words of a Python caller."""

from __future__ import annotations

import polars as pl
import pytest

import rfm_engine
from rfm_engine.errors import DataError
from tests.api.three_orders import ORDERS


def test_a_missing_column_is_mapped_by_a_keyword() -> None:
    orders = pl.DataFrame(ORDERS).rename({"customer_id": "who"})

    with pytest.raises(DataError, match=r'map it, columns=\{"customer_id": "HEADER"\}'):
        rfm_engine.score(orders, as_of="2025-07-01")


def test_order_lines_are_settled_by_a_keyword_when_the_frame_is_collected() -> None:
    lines = pl.DataFrame(ORDERS | {"order_id": ["o1", "o1", "o1"], "customer_id": ["c"] * 3, "region": ["north"] * 3})

    with pytest.raises(DataError, match=r'looks like an export of order lines.* grain="line"'):
        rfm_engine.score(lines, as_of="2025-07-01").collect()
