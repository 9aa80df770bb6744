"""Graded customers are published under their columns in exact types, whatever the currency."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rfm_engine.columns import CHINESE, published_columns
from rfm_engine.grading.published import fen_to_yuan, money_type, publish, translate_headers
from rfm_engine.vocabulary.currencies import SEVERAL
from tests.orders.rows import rules_of

if TYPE_CHECKING:
    from collections.abc import Sequence

MONEY = ((None, 2, 2), ("EUR", 4, 2), ("JPY", 2, 0), ("KWD", 3, 3), ("CLF", 4, 4), (SEVERAL, 3, 3))


@given(st.lists(st.integers(-(10**15), 10**15), min_size=1), st.sampled_from(MONEY))
def test_whole_numbers_become_exact_money(amounts: list[int], money: tuple[str | None, int, int]) -> None:
    currency, decimals, shown = money
    counted = [amount * 10 ** (decimals - shown) for amount in amounts]

    found = pl.DataFrame({"fen": counted}).select(fen_to_yuan("fen", currency, decimals)).to_series()

    assert found.dtype == money_type(currency, decimals) == pl.Decimal(18, shown)
    assert found.to_list() == [Decimal(amount).scaleb(-shown) for amount in amounts]


def graded(*by: str) -> pl.LazyFrame:
    row: dict[str, object] = dict.fromkeys(by, "x") | {"customer_id": "c", "monetary_fen": 1_050, "frequency": 2}
    row |= {"recency_days": 3, "r_score": 1, "f_score": 2, "m_score": 3, "rfm_score": Decimal("2.1"), "tier": "A"}
    return pl.LazyFrame([row | {"last_order_amount_fen": 50, "last_product_name": "tent"}])


@pytest.mark.parametrize("by", [("region",), (), ("store_code",)])
def test_every_published_column_is_there_and_null_where_the_source_has_none(by: Sequence[str]) -> None:
    found = publish(graded(*by), by, rules_of()).collect()

    assert found.columns == published_columns(by, ("region",))
    (row,) = found.to_dicts()
    assert (row["monetary"], row["last_order_amount"]) == (Decimal("10.50"), Decimal("0.50"))
    assert (row["last_product_name"], row["last_order_id"]) == ("tent", None)
    assert row["last_store_code"] == ("x" if "store_code" in by else None)
    assert [found.schema[score] for score in ("r_score", "f_score", "m_score")] == [pl.Int32] * 3


def test_what_is_carried_along_stands_last_under_its_own_name() -> None:
    customers = graded("region").with_columns(last_phone=pl.lit("12"))

    found = publish(customers, ("region",), rules_of(carry=("phone",))).collect()

    assert (found.columns[-1], found["phone"].to_list()) == ("phone", ["12"])


def test_chinese_headers_name_the_currency_and_english_ones_stay() -> None:
    frame = pl.LazyFrame({"monetary": [1], "customer_id": ["c"], "channel": ["x"]})

    headers = {code: translate_headers(frame, "zh", code).collect_schema().names() for code in (None, "EUR", SEVERAL)}

    assert headers == {
        None: ["历史购买总金额(元)", CHINESE["customer_id"], "channel"],
        "EUR": ["历史购买总金额(EUR)", CHINESE["customer_id"], "channel"],
        SEVERAL: ["历史购买总金额", CHINESE["customer_id"], "channel"],
    }
    assert translate_headers(frame, "en", "EUR").collect_schema().names() == ["monetary", "customer_id", "channel"]
