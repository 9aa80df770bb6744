"""A line that is broken or would not be read as written is refused with its number."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

import pytest

from rfm_engine.errors import DataError
from tests.orders.readers.files import (
    HEADER,
    ROWS,
    collect,
    write,
)

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize("line", ['{"customer_id": "a"', "[1]", "x", '{"a": NaN}', '{"a":1} {"a":2}'])
def test_a_broken_line_of_json_is_refused_with_its_number(tmp_path: Path, line: str) -> None:
    good = json.dumps(dict(zip(HEADER, ROWS[0], strict=True)))
    path = write(tmp_path, f"{good}\n\n{good}\n{line}\n{good}\n", "a.ndjson")

    with pytest.raises(DataError, match=r"a\.ndjson: line 4 is no JSON object"):
        collect([path])


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
