"""None"""

from __future__ import annotations

import pytest

from rfm_engine.errors import DataError
from rfm_engine.orders.headers import match_headers


def test_a_map_wins_over_known_headers_and_takes_its_header_from_them() -> None:
    headers = ["customer_id", "买家昵称", "amount", "实付金额", "date"]
    columns = {"customer_id": "买家昵称", "order_amount": "实付金额"}

    assert match_headers(headers, columns, (), "a.csv") == columns | {"order_time": "date"}


def test_an_exactly_mapped_header_wins_over_one_that_only_folds_to_it() -> None:
    headers = ["ID", "id", "amount", "date"]

    assert match_headers(headers, {"customer_id": "id"}, (), "a.csv")["customer_id"] == "id"


def test_the_canonical_name_wins_over_an_alias() -> None:
    assert (
        match_headers(["customer_id", "金额", "order_amount", "date"], {}, (), "a.csv")["order_amount"]
        == "order_amount"
    )


def test_further_columns_are_found_by_their_name_or_the_map() -> None:
    headers = ["customer_id", "amount", "date", "Product Line", "渠道"]

    result = match_headers(headers, {"channel": "渠道"}, ("product_line", "channel"), "a.csv")

    assert (result["product_line"], result["channel"]) == ("Product Line", "渠道")


def test_all_faults_are_told_at_once_with_the_fix() -> None:
    headers = ["custmer_id", "amount", "金额", "x"]

    with pytest.raises(DataError) as refused:
        match_headers(headers, {"region": "省市", "store_code": "X1"}, ("product_line",), "a.csv")

    message = str(refused.value)
    for part in (
        "a.csv",
        "'省市'",
        "'X1'",
        "--column customer_id=",
        "'custmer_id'",
        "--column order_amount=amount",
        "--column order_time=",
        "--column product_line=",
        *map(repr, headers),
    ):
        assert part in message
    assert message.count("\n") == 1


def test_one_header_twice_is_refused_only_where_it_is_needed() -> None:
    assert match_headers(["customer_id", "amount", "date", "note", "note"], {}, (), "a.csv")

    with pytest.raises(DataError, match="rename all but one"):
        match_headers(["customer_id", "amount", "date", "date"], {}, (), "a.csv")


def test_a_header_that_holds_another_column_is_no_hint() -> None:
    with pytest.raises(DataError) as error:
        match_headers(["order id", "custommer", "order amount", "order date"], {}, (), "a.csv")

    assert "customer_id (nearest: 'custommer')" in str(error.value)
    with pytest.raises(DataError) as error:
        match_headers(["customer_id", "order amount", "created"], {}, ("order amout",), "a.csv")
    assert "nearest" not in str(error.value)
