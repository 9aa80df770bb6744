"""JSON as databases and interfaces give it: arrays, keys within keys, wrapped values; structures in Parquet too."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import polars as pl
import pytest

from rfm_engine.errors import DataError, UsageError
from rfm_engine.orders.read_options import ReadOptions
from rfm_engine.orders.reading import read
from tests.orders.readers.files import collect, order_files, write

if TYPE_CHECKING:
    from pathlib import Path

PLAIN = [
    {"customer_id": "007", "order_amount": 1.10, "order_time": "2025-07-01"},
    {"customer_id": 8, "order_amount": "2", "order_time": "2025-07-02"},
]
NESTED = [{"buyer": {"id": one["customer_id"]}, **one, "customer_id": None} for one in PLAIN]
BY_BUYER = ReadOptions(columns={"customer_id": "buyer.id"})


def amounts(frame: pl.DataFrame) -> list[tuple[Any, ...]]:
    return frame.select("customer_id", "order_amount_fen", "source_row").rows()


PAGE: dict[str, Any] = {"page": 1, "orders": PLAIN, "total": 2, "errors": []}


@pytest.mark.parametrize("shape", [PLAIN, PAGE, {"data": {"list": PLAIN}}])
@pytest.mark.parametrize("indent", [None, 2])
def test_an_array_of_objects_is_read_like_lines(shape: Any, indent: int | None, tmp_path: Path) -> None:  # noqa: ANN401
    path = write(tmp_path, json.dumps(shape, indent=indent), "o.json")

    assert amounts(collect([path])) == [("007", 110, 1), ("8", 200, 2)]


@pytest.mark.parametrize("indent", [None, 2])
@pytest.mark.parametrize("mapped", [{}, {"customer_id": "buyer"}])
def test_one_order_with_its_items_is_no_page_of_orders(
    tmp_path: Path, indent: int | None, mapped: dict[str, str]
) -> None:
    name = mapped.get("customer_id", "customer_id")
    order = {name: "007", "order_amount": 1.1, "order_time": "2025-07-01", "items": [{"sku": "x"}, {"sku": "y"}]}
    path = write(tmp_path, json.dumps(order, indent=indent), "o.json")

    assert amounts(collect([path], ReadOptions(columns=mapped))) == [("007", 110, 1)]


def test_a_json_file_may_have_an_object_a_line(tmp_path: Path) -> None:
    path = write(tmp_path, "".join(f"{json.dumps(one)}\n" for one in PLAIN), "o.json")

    assert amounts(collect([path])) == [("007", 110, 1), ("8", 200, 2)]


@pytest.mark.parametrize("text", ["[1, 2]", "[]", '{\n"a": 1\n}', "[{]", '[{"a": 1, "a": 2}]', "[" * 100_000])
def test_json_that_holds_no_orders_is_refused_in_words(text: str, tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"o\.json: .*export"):
        collect([write(tmp_path, text, "o.json")])


def test_keys_within_keys_are_headers_in_json_and_parquet(tmp_path: Path) -> None:
    lines = write(tmp_path, "".join(f"{json.dumps(one)}\n" for one in NESTED), "o.ndjson")
    array = write(tmp_path, json.dumps(NESTED), "a.json")
    typed = [{"buyer": {"id": str(one["customer_id"])}, **one, "order_amount": 1.5, "customer_id": 1} for one in PLAIN]
    pl.DataFrame(typed).write_parquet(tmp_path / "o.parquet")
    pl.DataFrame(typed).write_ipc(tmp_path / "o.arrow")

    for path in (lines, array, tmp_path / "o.parquet", tmp_path / "o.arrow"):
        assert collect([path], BY_BUYER)["customer_id"].to_list() == ["007", "8"]


def test_values_that_a_database_wraps_are_plain_values(tmp_path: Path) -> None:
    one = {
        "customer_id": {"$oid": "65a"},
        "order_amount": {"$numberDecimal": "10.00"},
        "order_time": {"$date": "2025-06-05T10:00:00Z"},
    }
    path = write(tmp_path, json.dumps(one) + "\n", "o.ndjson")

    frame = collect([path], ReadOptions(time_zone="Asia/Shanghai"))

    assert amounts(frame) == [("65a", 1000, 1)]
    assert str(frame["order_time"].item()) == "2025-06-05 18:00:00"


def test_a_key_within_a_key_that_first_stands_far_down_is_seen(tmp_path: Path) -> None:
    late = {**NESTED[0], "shop": {"code": "S1"}}
    lines = [*[NESTED[0]] * 10_001, late]
    path = write(tmp_path, "".join(f"{json.dumps(one)}\n" for one in lines), "o.ndjson")

    found = read(order_files([path], ReadOptions(columns={"customer_id": "buyer.id", "store_code": "shop.code"})))

    assert found.frame.collect()["store_code"].drop_nulls().to_list() == ["S1"]


def test_an_encoding_for_json_is_refused_in_words(tmp_path: Path) -> None:
    path = write(tmp_path, json.dumps(PLAIN[0]) + "\n", "o.ndjson")

    with pytest.raises(UsageError, match="lines of JSON are UTF-8 by their standard; leave --encoding gb18030 out"):
        collect([path], ReadOptions(encoding="gb18030"))
    assert collect([path], ReadOptions(encoding="utf-8")).height == 1
