"""Which columns of a customer table count, their types, and the bounds of their values."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import polars as pl
import pytest

import rfm_engine
from rfm_engine.customers.counted.table import (
    MOST_FEN,
    MOST_WHOLE,
    list_table_columns,
    match_customer_columns,
    read_customer_table,
)
from rfm_engine.errors import DataError
from tests.orders.rows import rules_of

TABLE = pl.DataFrame({"customer_id": ["c1"], "frequency": [2], "monetary": ["80.50"], "recency_days": [3]})
BOUND = 10**18
"""Money and counts are whole numbers of at most 18 digits."""


def read(**columns: Any) -> pl.DataFrame:  # noqa: ANN401
    """Return a table with these columns instead of its own, as it is read for one list."""
    table = TABLE.with_columns(pl.Series(name, values) for name, values in columns.items())
    mapping = match_customer_columns(table.columns, {}, ())
    return read_customer_table(table.lazy(), mapping, (), rules_of(by=()))


@pytest.mark.parametrize("dtype", [pl.UInt8, pl.Int32, pl.UInt64, pl.String, pl.Float64])
def test_a_customer_has_the_columns_of_one_whose_orders_were_counted_here(dtype: type[pl.DataType]) -> None:
    numbers = pl.Series([2]).cast(dtype)

    found = read(frequency=numbers, recency_days=numbers, monetary=numbers)

    assert found.schema == {
        "customer_id": pl.String,
        "frequency": pl.Int64,
        "monetary_fen": pl.Int64,
        "recency_days": pl.Int64,
        "last_order_time": pl.Datetime("us"),
    }
    assert found.row(0) == ("c1", 2, 200, 2, None)


@pytest.mark.parametrize("time", [date(2025, 6, 28), datetime(2025, 6, 28, 10), "2025-06-28T10:00:00", "2025-06-28"])
def test_days_are_counted_from_the_last_order_where_its_time_is_there(time: object) -> None:
    found = read(last_order_time=[time])

    assert found.schema["recency_days"] == pl.Int64
    assert found["recency_days"].to_list() == [3]


def test_a_typed_time_beyond_all_calendars_is_a_fault_of_its_row() -> None:
    beyond = pl.Series([2**62]).cast(pl.Datetime("ms"))

    with pytest.raises(DataError, match="last_order_time: 1 row with no day up to 2025-07-01, such as customer 'c1'"):
        read(last_order_time=beyond)


def test_days_that_cannot_be_are_named_by_their_own_column() -> None:
    with pytest.raises(DataError, match="recency_days: 1 row with no day up to 2025-07-01"):
        read(recency_days=[-1])


@pytest.mark.parametrize("lacking", ["customer_id", "frequency", "monetary", "recency_days", "store_code"])
def test_a_column_that_every_table_needs_is_named(lacking: str) -> None:
    headers = [name for name in (*TABLE.columns, "store_code") if name != lacking]

    with pytest.raises(DataError, match=f"^customers: no column [a-z_ ]*{lacking}.*\nheaders there: '"):
        match_customer_columns(headers, {}, ("store_code",))


def test_of_money_in_yuan_and_in_fen_the_yuan_count() -> None:
    headers = [*TABLE.columns, "monetary_fen", "last_order_amount_fen", "last_order_amount"]

    found = match_customer_columns(headers, {}, ())

    assert [name for name in found if "mo" in name] == ["monetary", "last_order_amount"]


@pytest.mark.parametrize(
    ("headers", "by", "expected"),
    [
        (["customer_id"], ("region",), ()),
        (["customer_id", "省份"], ("region",), ("region",)),
        (["customer_id", "store_code"], ("store_code",), ("store_code",)),
    ],
)
def test_only_a_region_by_default_may_be_absent(
    headers: list[str], by: tuple[str, ...], expected: tuple[str, ...]
) -> None:
    assert list_table_columns(headers, rules_of(by=by)) == expected


def test_ids_that_a_float_cannot_hold_are_refused() -> None:
    with pytest.raises(DataError, match="customer_id"):
        read(customer_id=[2.0**53])


@pytest.mark.parametrize("name", ["frequency", "monetary_fen"])
@pytest.mark.parametrize("is_text", [False, True])
def test_a_whole_number_has_at_most_18_digits(name: str, *, is_text: bool) -> None:
    table = TABLE.drop("monetary") if name == "monetary_fen" else TABLE
    most, more = (pl.Series([number]).cast(pl.String if is_text else pl.Int64) for number in (BOUND - 1, BOUND))

    graded = rfm_engine.grade(table.with_columns(most.alias(name)), as_of="2025-07-01", tiers="abcd")

    assert graded.collect().height == 1
    with pytest.raises(DataError, match=r"no whole number|no amount"):
        rfm_engine.grade(table.with_columns(more.alias(name)), as_of="2025-07-01").collect()


def test_all_spend_together_is_what_64_bits_hold_to_the_last_fen() -> None:
    fen = [MOST_WHOLE] * 9
    fen += [MOST_FEN - sum(fen)]
    table = pl.DataFrame({"customer_id": [f"c{row}" for row in range(10)], "monetary_fen": fen})
    table = table.with_columns(frequency=1, recency_days=0)
    mapping = match_customer_columns(table.columns, {}, ())

    found = read_customer_table(table.lazy(), mapping, (), rules_of(by=()))

    assert sum(found["monetary_fen"]) == MOST_FEN == 2**63 - 1
    more = table.with_columns(pl.col("monetary_fen") + (pl.col("customer_id") == "c9"))
    with pytest.raises(DataError, match=f"^customers: monetary: the customers spent {2**63} fen in all"):
        read_customer_table(more.lazy(), mapping, (), rules_of(by=()))


@pytest.mark.parametrize("amount", ["12.5", "x"])
def test_an_amount_of_the_last_order_in_fen_that_is_none_is_a_fault_and_an_absent_one_is_not(amount: str) -> None:
    assert read(last_order_amount_fen=pl.Series([None], dtype=pl.String))["last_order_amount_fen"].to_list() == [None]
    with pytest.raises(DataError, match="last_order_amount: 1 row with no amount"):
        read(last_order_amount_fen=[amount])


def test_a_table_without_a_row_is_refused() -> None:
    mapping = match_customer_columns(TABLE.columns, {}, ())

    with pytest.raises(DataError, match=r"^customers: the table has no row$"):
        read_customer_table(TABLE.head(0).lazy(), mapping, (), rules_of(by=()))


def test_money_of_each_list_has_the_decimals_of_its_currency() -> None:
    table = pl.DataFrame({"customer_id": ["a", "b", "c"], "currency": [" kwd", "JPY", "USD"], "frequency": [1, 1, 1]})
    table = table.with_columns(recency_days=3, monetary=pl.Series(["1.234", "1500", "2.50"]))

    graded = rfm_engine.grade(table, as_of="2025-07-01", by=["currency"]).collect()

    shown = {currency: str(amount) for currency, amount in graded.select("currency", "monetary").rows()}
    assert {code.upper(): amount for code, amount in shown.items()} == {
        "JPY": "1500.000",
        "KWD": "1.234",
        "USD": "2.500",
    }


@pytest.mark.parametrize(("code", "amount"), [("JPY", "1.5"), ("usd", "1.234"), ("XXX", "1.234"), ("KWD", "1.2345")])
def test_money_with_more_decimals_than_its_currency_is_a_fault(code: str, amount: str) -> None:
    table = pl.DataFrame({"customer_id": ["a", "b"], "currency": ["KWD", code], "frequency": [1, 1]})
    table = table.with_columns(recency_days=3, monetary=pl.Series(["1.234", amount]))

    with pytest.raises(DataError, match=r"monetary: 1 row with no amount with at most (its currency's|3) decimals"):
        rfm_engine.grade(table, as_of="2025-07-01", by=["currency"]).collect()


def test_money_in_a_currency_that_is_kept_has_its_decimals_whatever_its_case() -> None:
    graded = rfm_engine.grade(TABLE.with_columns(monetary=pl.lit("1.234")), as_of="2025-07-01", keep_currency="kwd")

    assert [str(amount) for amount in graded.collect()["monetary"]] == ["1.234"]


def test_a_fen_is_spend_and_of_many_faulty_rows_three_customers_are_named() -> None:
    assert read(monetary=["0.01"])["monetary_fen"].to_list() == [1]
    many = pl.DataFrame({"customer_id": [None, "a", "b", "c", "d"], "frequency": 0, "monetary": "1", "recency_days": 1})

    with pytest.raises(DataError) as refusal:
        rfm_engine.grade(many, as_of="2025-07-01").collect()

    assert str(refusal.value).splitlines() == [
        "customers: customer_id: 1 row with missing",
        "frequency: 5 rows with no whole number of 1 or more, such as customer 'a', 'b', 'c'",
    ]
