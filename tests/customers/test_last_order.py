"""A customer's last order is the one that ties settle, and brings what is asked of it."""

from __future__ import annotations

import polars as pl
import pytest

from rfm_engine.customers.last_order import break_ties, join_last_orders, last_order_columns
from rfm_engine.errors import DataError

COLUMNS = ("order_id", "order_amount_fen", "product_name", "store_code", "region", "order_time")


@pytest.mark.parametrize(
    ("drop", "left"),
    [
        ((), ["order_id", "order_amount_fen", "product_name", "store_code"]),
        (("order_amount", "order_time"), ["order_id", "product_name", "store_code"]),
        (("order_id", "product_name"), ["order_amount_fen", "store_code"]),
        (("order_id", "order_amount", "product_name", "store_code"), []),
    ],
)
def test_what_is_dropped_is_not_asked_for(drop: tuple[str, ...], left: list[str]) -> None:
    assert last_order_columns(COLUMNS, ("region",), drop) == left
    assert last_order_columns(COLUMNS, (), drop) == [*left, "region"]


def test_none_is_less_than_any_text_where_equal_times_are_settled() -> None:
    found = pl.DataFrame({"row": [3, 7]}, schema={"row": pl.UInt32})
    tied_orders = pl.DataFrame(
        {"row": [1, 2, 3, 7], "first": [3, 3, 3, 7]}, schema={"row": pl.UInt32, "first": pl.UInt32}
    )
    brought = pl.DataFrame(
        {"row": [1, 2, 3, 7], "last_order_amount_fen": [5, 5, 5, 9], "last_product_name": [None, "a", None, None]},
        schema_overrides={"row": pl.UInt32},
    )

    assert break_ties(found, tied_orders, brought)["row"].to_list() == [2, 7]


def test_each_customer_gets_what_the_newest_order_brings_and_no_column_of_ours() -> None:
    customers = pl.DataFrame(
        {"customer_id": ["a", "b"], "row": [4, 2], "tied": [False, False]}, schema_overrides={"row": pl.UInt32}
    )
    brought = pl.DataFrame({"row": [2, 4], "last_order_id": ["o2", "o4"]}, schema_overrides={"row": pl.UInt32})

    assert join_last_orders(customers, brought, 5).rows(named=True) == [
        {"customer_id": "a", "last_order_id": "o4"},
        {"customer_id": "b", "last_order_id": "o2"},
    ]


def test_where_nothing_is_asked_for_customers_stay_as_they_are() -> None:
    customers = pl.DataFrame({"customer_id": ["a"], "row": [4], "tied": [False]}, schema_overrides={"row": pl.UInt32})

    bare = join_last_orders(customers, pl.DataFrame(schema={"row": pl.UInt32}), 5)

    assert bare.rows(named=True) == [{"customer_id": "a"}]


def test_rows_that_nobody_asked_for_are_left_out_and_a_missing_one_is_an_error() -> None:
    customers = pl.DataFrame(
        {"customer_id": ["a", "b"], "row": [4, 2], "tied": [False, False]}, schema_overrides={"row": pl.UInt32}
    )
    brought = pl.DataFrame({"row": [1, 2, 4], "last_order_id": ["o1", "o2", "o4"]}, schema_overrides={"row": pl.UInt32})

    assert join_last_orders(customers, brought, 5)["last_order_id"].to_list() == ["o4", "o2"]
    with pytest.raises(DataError, match=r"^an order file changed while it was read; run again$"):
        join_last_orders(customers, brought.head(1), 5)
