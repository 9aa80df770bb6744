"""Frames of any library are read, or refused with the columns that are wrong."""

from __future__ import annotations

from typing import Any

import pytest

import rfm_engine
from rfm_engine.errors import DataError
from tests.api.three_orders import ORDERS

pd = pytest.importorskip("pandas")


@pytest.mark.parametrize(
    ("column", "values"),
    [("customer_id", [17850, "C2", 3]), ("order_amount", [5, "7.10", 8.5]), ("product_name", [1, "tent", b"x"])],
)
def test_a_pandas_column_of_mixed_types_is_named(column: str, values: list[Any]) -> None:
    orders = pd.DataFrame(ORDERS | {column: pd.Series(values, dtype=object)})

    with pytest.raises(DataError, match=f"^orders: the columns {column} hold values of mixed types; make each"):
        rfm_engine.score(orders, as_of="2025-07-01")


def test_a_header_that_stands_twice_in_a_frame_is_named() -> None:
    orders = pd.DataFrame([["a", "b", "1", "5", "2025-06-01"]], columns=["customer_id", *list(ORDERS)[:4]])

    with pytest.raises(DataError, match=r"^orders: several columns have the header customer_id; rename all but one"):
        rfm_engine.score(orders, as_of="2025-07-01")
