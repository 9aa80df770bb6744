"""An array of objects is read like lines, and one order with its items is none."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from rfm_engine.errors import DataError
from rfm_engine.orders.read_options import ReadOptions
from tests.orders.readers.files import collect, write
from tests.orders.readers.text.json_files import PLAIN, amounts

if TYPE_CHECKING:
    from pathlib import Path


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


@pytest.mark.parametrize("text", ["[1, 2]", "[]", '{\n"a": 1\n}', "[{]", '[{"a": 1, "a": 2}]', "[" * 100_000])
def test_json_that_holds_no_orders_is_refused_in_words(text: str, tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"o\.json: .*export"):
        collect([write(tmp_path, text, "o.json")])
