"""All orders of a customer have one place, whatever the spelling of the ids; those of no one have their order's."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

import polars as pl
import pytest

from rfm_engine import partition
from rfm_engine.errors import DataError, DatasetError

WINDOW: dict[str, Any] = {"as_of": "2025-07-01", "since": "2020-01-01"}


def places(rows: list[tuple[object, ...]], columns: list[str], **rules: Any) -> list[str]:  # noqa: ANN401
    """Return the places of rows."""
    keys = pl.DataFrame(rows, columns, orient="row", strict=False)
    return partition.of(**WINDOW, **rules).place(keys).to_list()


def test_the_columns_that_are_looked_at_are_those_of_list_customer_and_order() -> None:
    assert partition.of(**WINDOW).keys == ("region", "customer_id", "order_id")
    assert partition.of(**WINDOW, by=["store_code"]).keys == ("store_code", "customer_id", "order_id")


def test_white_space_and_the_type_of_an_id_change_no_place() -> None:
    columns = ["region", "customer_id", "order_id"]

    first, second, third = places([("north", "17", "1"), (" north", "17 ", "2"), ("north", "18", "1")], columns)

    assert first == second != third
    assert places([("north", 17.0, 1)], columns) == [first]


def test_lists_and_customers_that_make_one_text_together_have_two_places() -> None:
    first, second = places([("a", "bc"), ("ab", "c")], ["region", "customer_id"])

    assert first != second


@pytest.mark.parametrize("is_joined", [True, False])
def test_spellings_of_one_id_or_region_share_a_place_where_they_are_joined(*, is_joined: bool) -> None:
    rules: dict[str, Any] = {"same_id": ["case"], "same_region": True} if is_joined else {}

    upper, lower, short = places(
        [("四川省", "Ann"), ("四川省", "ann"), ("四川", "ann")], ["region", "customer_id"], **rules
    )

    assert [upper == lower, lower == short] == [is_joined, is_joined]


@pytest.mark.parametrize("no_one", [None, "", " ", "guest", "walk-in"])
def test_orders_of_no_one_have_the_place_of_their_order(no_one: str | None) -> None:
    columns, rules = ["region", "customer_id", "order_id"], {"nobody": ["walk-in"]}

    found = places([("north", no_one, "o1"), ("south", no_one, "o1"), ("north", no_one, "o2")], columns, **rules)

    assert found == ["o1", "o1", "o2"]
    assert places([("north", no_one)], columns[:2], **rules) == [""]


def test_a_missing_region_is_a_place_too() -> None:
    first, second = places([(None, "a"), ("", "a")], ["region", "customer_id"])

    assert first == second != ""


ORDERS = pl.DataFrame(
    {
        "buyer": ["a", "b", "a"],
        "order_id": ["1", "2", "3"],
        "order_amount": [Decimal("0.004"), Decimal("1.000"), Decimal("0.004")],
        "order_time": [datetime(2025, 6, 1)] * 3,
    }
)


def test_orders_are_split_by_the_headers_that_are_mapped() -> None:
    work = partition.of(**WINDOW, columns={"customer_id": "buyer"})

    parts = work.split(ORDERS, 64)

    assert sorted(part["buyer"].to_list() for part in parts if part.height) == [["a", "a"], ["b"]]


def test_lines_of_parts_of_a_fen_are_added_before_their_sum_is_rounded() -> None:
    lines = ORDERS.with_columns(order_id=pl.lit("1"), buyer=pl.lit("a"), order_amount=pl.lit(Decimal("0.004")))

    merged = partition.merge([partition.of(**WINDOW, grain="line", columns={"customer_id": "buyer"})(lines)])

    assert merged.customers["monetary_fen"].to_list() == [1]
    assert partition.merge([partition.of(**WINDOW, columns={"customer_id": "buyer"})(lines)]).rejects.height == 3


def test_times_as_text_need_their_form_and_amounts_their_style() -> None:
    text = ORDERS.rename({"buyer": "customer_id"}).cast(pl.String)
    priced = text.rename({"order_amount": "unit_price"}).with_columns(quantity=pl.lit(2))

    for orders in (text, priced):
        with pytest.raises(DataError) as refusal:
            partition.of(**WINDOW)(orders)
        assert str(refusal.value).split("; ")[0] == "a partition can't settle what all must share"
        assert [fault.partition(":")[0] for fault in str(refusal.value).split("; ")[1:]] == [
            "order_time is text",
            "amounts are text",
        ]
    settled = partition.of(**WINDOW, order_time_format="ymd", amount_style="point")(text)
    assert partition.merge([settled]).ledger["used"] == 1


def test_money_of_a_list_does_not_depend_on_the_currencies_beside_it() -> None:
    amounts = pl.DataFrame({"currency": ["KWD", "JPY", "JPY"], "order_amount": ["1.234", "5", "7"]})
    orders = ORDERS.rename({"buyer": "customer_id"}).with_columns(amounts)
    work = partition.of(**WINDOW, by=["currency"], amount_style="point")

    whole, parts = (partition.merge(map(work, work.split(orders, count))).customers for count in (1, 9))

    key = ["currency", "customer_id"]
    assert parts.sort(key).equals(whole.sort(key))
    assert dict(whole.group_by("currency").agg(pl.col("monetary_fen").sum()).rows()) == {"KWD": 1_234, "JPY": 12_000}


def test_what_is_refused_says_so_in_the_words_of_the_function() -> None:
    with pytest.raises(DatasetError, match=r"^partition.of\(by\): kind, rows: a name that the results have; rename"):
        partition.of(**WINDOW, by=["rows", "kind"])
    with pytest.raises(DataError, match=r"columns=\{"):
        partition.of(**WINDOW).columns(["customer_id"])
