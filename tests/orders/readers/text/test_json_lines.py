"""Lines of JSON: keys wherever they stand, values as written, broken lines by number."""

from __future__ import annotations

import json
from datetime import datetime
from typing import TYPE_CHECKING

import pytest

from rfm_engine.errors import UsageError
from rfm_engine.orders.read_options import ReadOptions
from rfm_engine.orders.readers.text.json_lines import INFERRED_LINES
from rfm_engine.orders.reading import read
from tests.orders.readers.files import (
    HEADER,
    ROWS,
    collect,
    order_files,
    write,
)
from tests.orders.readers.text.json_files import PLAIN, amounts

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(
    "late", ['"order_status":"cancelled"', '"order_status" : "cancelled"', '"order\\u005fstatus":"x"']
)
def test_a_key_of_json_is_seen_wherever_it_first_stands(tmp_path: Path, late: str) -> None:
    row = json.dumps(dict(zip(HEADER, ROWS[0], strict=True)))[:-1]
    path = write(tmp_path, f"{row}}}\n" * (INFERRED_LINES + 1) + f"{row},{late}}}\n", "a.ndjson")

    result = read(order_files([path], ReadOptions()))

    assert "order_status" in result.mapping[str(path)]
    assert result.frame.collect()["order_status"].null_count() == INFERRED_LINES + 1


def test_numbers_of_json_stay_the_ids_and_amounts_they_are(tmp_path: Path) -> None:
    text = '{"customer_id":123456789012345678,"amount":0.29,"date":20250701}\n'
    text += '{"customer_id":"007","amount":"1","date":"x"}\n'

    result = collect([write(tmp_path, text, "a.jsonl")])

    assert result["customer_id"].to_list() == ["123456789012345678", "007"]
    assert result["order_amount_fen"].to_list() == [29, 100]
    assert result["order_time"].to_list() == [datetime(2025, 7, 1), None]


def test_a_json_file_may_have_an_object_a_line(tmp_path: Path) -> None:
    path = write(tmp_path, "".join(f"{json.dumps(one)}\n" for one in PLAIN), "o.json")

    assert amounts(collect([path])) == [("007", 110, 1), ("8", 200, 2)]


def test_an_encoding_for_json_is_refused_in_words(tmp_path: Path) -> None:
    path = write(tmp_path, json.dumps(PLAIN[0]) + "\n", "o.ndjson")

    with pytest.raises(UsageError, match="lines of JSON are UTF-8 by their standard; leave --encoding gb18030 out"):
        collect([path], ReadOptions(encoding="gb18030"))
    assert collect([path], ReadOptions(encoding="utf-8")).height == 1
