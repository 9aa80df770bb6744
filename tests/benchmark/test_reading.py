"""`bench reading` measures report, compare and plan on runs that it makes, and checks what they wrote."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl
import pytest

from bench.reading import MOVEMENT, PLAN, REPORT, check_files, measure_reading, reading_table

if TYPE_CHECKING:
    from pathlib import Path


def test_each_command_has_its_seconds_beyond_start_up(tmp_path: Path) -> None:
    found = measure_reading(200, 1, tmp_path / "reading", lambda _: None)

    lines = reading_table(found | {"note": "The machine was busy."}).splitlines()

    assert [line.split("`")[1] for line in lines[2:5]] == ["report", "compare", "plan"]
    assert all("| 200 | " in line and line.endswith(" s** |") for line in lines[2:5])
    assert lines[-1].endswith("The machine was busy.")
    assert not (tmp_path / "reading").exists()


def test_a_cut_page_and_a_missing_customer_show(tmp_path: Path) -> None:
    old, new = tmp_path / "old" / "orders", tmp_path / "new" / "orders"
    customers = pl.DataFrame({"region": ["north", "south"], "customer_id": ["1", "2"]})
    for path in (old, new, (new.parent / MOVEMENT).parent, (new.parent / PLAN).parent):
        path.mkdir(parents=True)
    for run in (old, new):
        customers.write_csv(run / "customers.csv")
    for name in (MOVEMENT, PLAN):
        customers.head(1).write_parquet(new.parent / name)
    (new.parent / REPORT).write_text("<html>", "utf-8")

    with pytest.raises(RuntimeError, match=f"not whole: {REPORT}, {MOVEMENT}, {PLAN}"):
        check_files(old, new)
