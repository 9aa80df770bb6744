"""Frames of orders and of customers in any currency come to what a run over files comes to."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import polars as pl
import pytest
from polars.testing import assert_frame_equal

import rfm_engine
from rfm_engine import partition
from rfm_engine.errors import DataError

AS_OF = "2025-07-01"
CODES = ("JPY", "KWD", "USD", "CLF", "")


def orders_in(*codes: str) -> pl.DataFrame:
    """Return orders of eight customers, in turn in each of the currencies."""
    numbers = range(40)
    return pl.DataFrame(
        {
            "customer_id": [f"c{number % 8}" for number in numbers],
            "order_id": [str(number) for number in numbers],
            "order_amount": [Decimal(number * 7919 + 5).scaleb(-3) for number in numbers],
            "order_time": [f"2025-06-{number % 28 + 1:02}" for number in numbers],
            "currency": [codes[number % len(codes)] for number in numbers],
        }
    ).with_columns(pl.col("order_time").str.to_date())


RULES: dict[str, tuple[pl.DataFrame, dict[str, Any]]] = {
    **{code or "none": (orders_in(code), {"keep_currency": code or None}) for code in CODES},
    "one kept": (orders_in(*CODES[:3]), {"keep_currency": "kwd", "scheme": "quintile"}),
    "each a list": (orders_in(*CODES[:4]), {"by": ["currency"]}),
    "each a list of lines": (orders_in(*CODES[:3]), {"by": ["currency"], "grain": "line"}),
    "lists without thousandths": (orders_in("JPY", "USD"), {"by": ["currency"]}),
}


@pytest.mark.parametrize("name", RULES)
def test_a_frame_is_scored_as_a_run_does(name: str) -> None:
    orders, rules = RULES[name]
    expected = rfm_engine.run(orders, as_of=AS_OF, **rules).customers().collect()

    lazy = rfm_engine.score(orders, as_of=AS_OF, **rules)

    assert_frame_equal(lazy.collect(), expected)
    assert lazy.collect_schema() == expected.schema


@pytest.mark.parametrize("name", [name for name in RULES if name != "none"])
def test_partitions_are_graded_as_a_run_grades_the_whole(name: str) -> None:
    orders, rules = RULES[name]
    work = partition.of(as_of=AS_OF, **rules)

    merged = partition.merge(map(work, work.split(orders, 5)))

    own = {key: value for key, value in rules.items() if key != "grain"}
    graded = rfm_engine.grade(merged.customers, as_of=AS_OF, **own)
    assert_frame_equal(graded.collect(), rfm_engine.run(orders, as_of=AS_OF, **rules).customers().collect())


def test_text_that_names_dinars_is_counted_in_thousandths() -> None:
    named = pl.concat_str(pl.lit("KWD "), pl.col("order_amount").cast(pl.String)).alias("order_amount")
    orders = orders_in("").drop("currency").with_columns(named)
    rules: dict[str, Any] = {"amount_style": "point", "language": "zh"}
    expected = rfm_engine.run(orders, as_of=AS_OF, amount_style="point").customers().collect()

    graded = rfm_engine.score(orders, as_of=AS_OF, **rules).collect()

    assert graded["历史购买总金额(KWD)"].to_list() == expected["monetary"].to_list()
    assert expected["monetary"].dtype == pl.Decimal(18, 3)
    with pytest.raises(DataError, match="amounts name the currency KWD, which each partition"):
        partition.of(as_of=AS_OF, amount_style="point")(orders)


def test_several_currencies_are_asked_about_with_keywords_when_collected() -> None:
    lazy = rfm_engine.score(orders_in("JPY", "KWD"), as_of=AS_OF)

    with pytest.raises(DataError, match='keep_currency="JPY"'):
        lazy.collect()


def test_customers_of_files_have_the_decimals_of_the_currency_that_is_kept() -> None:
    customers = pl.DataFrame({"customer_id": ["a"], "frequency": [1], "monetary": ["1500.001"], "recency_days": [3]})

    graded = rfm_engine.grade(customers, as_of=AS_OF, keep_currency="KWD").collect()

    assert graded["monetary"].to_list() == [Decimal("1500.001")]
    assert graded["m_score"].to_list() == [5]
    with pytest.raises(DataError, match="no amount with at most 0 decimals"):
        rfm_engine.grade(customers, as_of=AS_OF, keep_currency="JPY").collect()
