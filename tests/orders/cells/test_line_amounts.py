"""The amount of a row with a quantity and a price is their exact product, in any dress of both."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rfm_engine.orders.cells.line_amounts import PRODUCT, drop_unused_factors, multiply_factors
from rfm_engine.orders.read_options import ReadOptions

MAPPING = {"customer_id": "who", "quantity": "n", "unit_price": "each"}


def multiply(rows: list[tuple[str | None, str | None]], **options: Any) -> list[str | None]:  # noqa: ANN401
    frame = pl.LazyFrame(rows, schema={"n": pl.String, "each": pl.String}, orient="row")
    found, mapping = multiply_factors(frame, MAPPING, ReadOptions(**options))
    assert mapping == {"customer_id": "who", "order_amount": PRODUCT}
    texts: list[str | None] = found.select(PRODUCT).collect().to_series().to_list()
    return texts


def decimals(places: int) -> st.SearchStrategy[Decimal]:
    return st.integers(-(10**9), 10**9).map(lambda number: Decimal(number).scaleb(-places))


@given(st.lists(st.tuples(decimals(3), decimals(5)), min_size=1, max_size=20))
def test_the_product_is_exact(pairs: list[tuple[Decimal, Decimal]]) -> None:
    found = multiply([(f"{pieces:f}", f"{price:f}") for pieces, price in pairs])

    assert [Decimal(text or "nan") for text in found] == [pieces * price for pieces, price in pairs]


@pytest.mark.parametrize(
    ("pieces", "price", "product"),
    [
        ("2 pcs", "¥1,234.50", "2469"),
        ("3件", "(5.00)", "-15"),
        ("1.5", "USD 2", "3"),
        ("１２", "0.10", "1.2"),
        ("2", "5-", "-10"),
    ],
)
def test_the_dress_of_either_changes_nothing(pieces: str, price: str, product: str) -> None:
    (found,) = multiply([(pieces, price)])

    assert Decimal(found or "nan") == Decimal(product)


def test_a_decimal_comma_is_that_of_the_style() -> None:
    assert [Decimal(one or "nan") for one in multiply([("2", "1.234,50")], amount_style="comma")] == [Decimal(2469)]


def test_what_is_no_number_is_kept_as_text_that_is_no_amount() -> None:
    rows = [("2", "free"), ("a dozen", "5"), ("2", None), (None, "5"), ("1e3", "5"), (None, None)]

    assert multiply(rows) == ["2 x free", "a dozen x 5", "2 x ", " x 5", "1e3 x 5", None]


def test_a_table_that_has_amounts_keeps_them_unless_a_price_is_mapped() -> None:
    found = {"order_amount": "sum", **MAPPING}
    frame = pl.LazyFrame({"sum": ["1"], "n": ["2"], "each": ["3"]})

    assert drop_unused_factors(found, {}) == {"order_amount": "sum", "customer_id": "who"}
    assert drop_unused_factors(found, {"unit_price": "each"}) == MAPPING
    assert drop_unused_factors(found, {"unit_price": "each", "order_amount": "sum"}).keys() == {
        "order_amount",
        "customer_id",
    }
    assert drop_unused_factors({"customer_id": "who"}, {}) == {"customer_id": "who"}
    assert multiply_factors(frame, found, ReadOptions()) == (frame, found)
