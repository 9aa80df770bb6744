"""Options of reading that cannot be."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from rfm_engine.orders.read_options import ReadOptions


@pytest.mark.parametrize(
    "keys",
    [
        {"encoding": "gb1803"},
        {"encoding": "rot13"},
        {"encoding": "punycode"},
        {"encoding": "idna"},
        {"encoding": "undefined"},
        {"time_zone": "localtime"},
        {"time_zone": "posix/UTC"},
        {"separator": ",,"},
        {"separator": '"'},
        {"time_zone": "Asia/Shangai"},
        {"time_zone": "../etc"},
        {"unit": "jiao"},
        {"skip_lines": -1},
        {"skip_lines": 10**20},
        {"order_time_format": "epoch_seconds"},
        {"other": 1},
    ],
)
def test_a_source_that_cannot_be_is_refused(keys: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        ReadOptions(**keys)
