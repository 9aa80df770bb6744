"""Keys within keys are headers, and values that a database wraps are plain."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import polars as pl

from rfm_engine.orders.read_options import ReadOptions
from rfm_engine.orders.reading import read
from tests.orders.readers.files import collect, order_files, write
from tests.orders.readers.text.json_files import PLAIN, amounts

if TYPE_CHECKING:
    from pathlib import Path

NESTED = [{"buyer": {"id": one["customer_id"]}, **one, "customer_id": None} for one in PLAIN]
BY_BUYER = ReadOptions(columns={"customer_id": "buyer.id"})


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
