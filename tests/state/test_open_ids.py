"""Orders whose lines stand in several files or on several days are open; all others are not."""

from __future__ import annotations

from datetime import datetime
from types import SimpleNamespace
from typing import Any

import polars as pl
import pytest

from rfm_engine.columns import LEFT_OUT
from rfm_engine.orders.cells.amounts import REMAINDER
from rfm_engine.orders.order_ids.duplicates import HASH
from rfm_engine.orders.reading import SOURCE_FILE
from rfm_engine.orders.staging import ROW
from rfm_engine.state.open_ids import add_open_rows, drop_rows, find_open_hashes

LINES = [
    ("o1", "m1", 1), ("o1", "m1", 1), ("o1", "m1", 1),
    ("o2", "m1", 1), ("o2", "m1", 2),
    ("3", "m1", 1), ("3", "m2", 1),
    ("o4", "m2", 1), ("o5", "m2", 1), ("o4", "m2", 1),
    ("o6", "m2", 3), ("o7", "m2", 3), ("o6", "m3", 3), ("o6", "m3", 4), ("o6", "m1", 3),
    ("", "m1", 1), ("", "m2", 2), (None, "m1", 1), (None, "m2", 2),
]  # fmt: skip


@pytest.mark.parametrize("turn", range(0, len(LINES), 3))
def test_an_order_is_open_when_its_lines_stand_in_several_files_or_on_several_days(turn: int) -> None:
    turned = enumerate(LINES[turn:] + LINES[:turn])
    lines = [(one, file, datetime(2025, 1, day, hour)) for hour, (one, file, day) in turned]
    rows = pl.LazyFrame(lines, schema=["order_id", SOURCE_FILE, "order_time"], orient="row")
    orders: Any = SimpleNamespace(rows=rows, rules=SimpleNamespace(grain="line"))

    found = find_open_hashes(orders)

    assert found.columns == [HASH]
    assert sorted(found[HASH]) == sorted(pl.Series(["o2", "3", "o6"]).hash())


def test_open_rows_of_files_with_and_without_rounded_amounts_come_together() -> None:
    whole = pl.DataFrame({"order_id": ["o1"]})
    parts = pl.DataFrame({"order_id": ["o2", "o3"], REMAINDER: [4, None], ROW: [7, 8], LEFT_OUT: [None, None]})

    assert add_open_rows(whole, parts).rows() == [("o1", 0), ("o2", 4), ("o3", 0)]
    assert add_open_rows(whole, whole).columns == ["order_id"]


def test_rows_to_drop_are_numbered_as_repeats_are_and_none_conflicts() -> None:
    dropped = drop_rows(pl.Series([3, 5], dtype=pl.Int64))

    assert dropped.schema == {ROW: pl.UInt32, "conflicting": pl.Boolean}
    assert dropped.rows() == [(3, False), (5, False)]
