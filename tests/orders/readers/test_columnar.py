"""Parquet and Arrow files: read, or refused with their name."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import polars as pl
import pytest

from rfm_engine.orders.reading import read
from tests.orders.readers.files import (
    HEADER,
    ROWS,
    collect,
    csv_text,
    is_whole,
    order_files,
    orders_frame,
    write,
)

if TYPE_CHECKING:
    from pathlib import Path

pa, feather = pytest.importorskip("pyarrow"), pytest.importorskip("pyarrow.feather")


def test_parquet_and_arrow_and_json_lines_are_read(tmp_path: Path) -> None:
    orders_frame().write_parquet(tmp_path / "a.parquet")
    orders_frame().write_ipc(tmp_path / "a.arrow")
    lines = [json.dumps(dict(zip(HEADER, row, strict=True)), ensure_ascii=False) for row in ROWS]

    assert is_whole(collect([tmp_path / "a.parquet"]), first_row=1)
    assert is_whole(collect([tmp_path / "a.arrow"]), first_row=1)
    for encoding in ("utf-8", "utf-8-sig", "utf-16"):
        path = write(tmp_path, "\n".join(lines).encode(encoding), "a.ndjson")
        assert is_whole(collect([path]), first_row=1)


def test_numbers_of_a_row_and_its_file_cost_nothing_when_not_selected(tmp_path: Path) -> None:
    for number in range(2):
        orders_frame().write_parquet(tmp_path / f"{number}.parquet")
    paths = [write(tmp_path, csv_text()), *sorted(tmp_path.glob("*.parquet"))]

    plan = read(order_files(paths)).frame.select("customer_id").explain()

    assert "ROW_INDEX" not in plan
    assert "replace" not in plan
    assert "amount" not in plan


def test_polars_hides_that_arrow_times_are_in_seconds(tmp_path: Path) -> None:
    """The known limit in the README: where this fails, seconds that wrap can be refused."""
    wraps = pa.array([(2**64 + 1_750_000_000_616) // 1_000], pa.timestamp("s"))
    feather.write_feather(pa.table({"order_time": wraps}), tmp_path / "a.arrow", compression="uncompressed")

    assert pl.read_ipc_schema(tmp_path / "a.arrow") == {"order_time": pl.Datetime("ms")}
    assert pl.read_ipc(tmp_path / "a.arrow")["order_time"].dt.year().to_list() == [2025]
