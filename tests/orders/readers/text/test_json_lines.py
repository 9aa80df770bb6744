"""Lines of JSON: keys wherever they stand, values as written, broken lines by number."""

from __future__ import annotations

import json
import re
from datetime import datetime
from typing import TYPE_CHECKING

import pytest

from rfm_engine.errors import DataError
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


@pytest.mark.parametrize("line", ['{"customer_id": "a"', "[1]", "x", '{"a": NaN}', '{"a":1} {"a":2}'])
def test_a_broken_line_of_json_is_refused_with_its_number(tmp_path: Path, line: str) -> None:
    good = json.dumps(dict(zip(HEADER, ROWS[0], strict=True)))
    path = write(tmp_path, f"{good}\n\n{good}\n{line}\n{good}\n", "a.ndjson")

    with pytest.raises(DataError, match=r"a\.ndjson: line 4 is no JSON object"):
        collect([path])


def test_numbers_of_json_stay_the_ids_and_amounts_they_are(tmp_path: Path) -> None:
    text = '{"customer_id":123456789012345678,"amount":0.29,"date":20250701}\n'
    text += '{"customer_id":"007","amount":"1","date":"x"}\n'

    result = collect([write(tmp_path, text, "a.jsonl")])

    assert result["customer_id"].to_list() == ["123456789012345678", "007"]
    assert result["order_amount_fen"].to_list() == [29, 100]
    assert result["order_time"].to_list() == [datetime(2025, 7, 1), None]


LOSSY = {
    '{"customer_id":"a","customer_id":"b"}': "the key 'customer_id' is given twice",
    '{"customer_id" : "a", "customer_id" : "b"}': "the key 'customer_id' is given twice",
    '{"order_amount":1.00499999999999999999999}': "1.00499999999999999999999 has more digits",
    '{"order_amount":9007199254740993.5}': "9007199254740993.5 has more digits",
    '{"order_amount":12345678901234567.89}': "12345678901234567.89 has more digits",
    '{"order_amount":0.1000000000000000055511151231257827021181583404541015625}': "has more digits",
    '{"customer_id":"\\ud800"}': "half a character",
}


@pytest.mark.parametrize("line", LOSSY)
def test_a_line_that_would_not_be_read_as_written_is_refused_with_its_number(tmp_path: Path, line: str) -> None:
    good = json.dumps(dict(zip(HEADER, ROWS[0], strict=True)))

    with pytest.raises(DataError, match=f"a\\.ndjson: line 3: .*{re.escape(LOSSY[line])}"):
        collect([write(tmp_path, f"{good}\n\n{line}\n{good}\n", "a.ndjson")])


@pytest.mark.parametrize(
    "cells",
    [
        {"order_amount": "179.04000000000002"},
        {"order_amount": "0.30000000000000004"},
        {"order_amount": "12345678901.20000000000"},
        {"order_id": '"1.00499999999999999999999"'},
        {"order_id": "1234567890123456789012"},
        {"order_id": '"\\ud83d\\ude00"'},
        {"order_id": '"a\\":b"'},
        {"note": '{"order_id": "a", "customer_id": "b"}'},
    ],
)
def test_a_line_that_looks_so_and_is_sound_is_read(tmp_path: Path, cells: dict[str, str]) -> None:
    whole = {name: json.dumps(cell) for name, cell in zip(HEADER, ROWS[0], strict=True)} | cells
    line = ",".join(f'"{name}":{cell}' for name, cell in whole.items())

    assert collect([write(tmp_path, f"{{{line}}}\n", "a.ndjson")]).height == 1
