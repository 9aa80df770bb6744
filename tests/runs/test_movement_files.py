"""The files of a comparison: the same facts as the frames, in either language, whole and verified."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import polars as pl
import pytest

from rfm_engine import open_run
from rfm_engine.runs.compare import compare_runs
from tests.terminal import done, read_rows, rfm

if TYPE_CHECKING:
    from pathlib import Path

ENGLISH = re.compile(r"[A-Za-z]{2,}")


@pytest.fixture
def movement_folder(monthly_runs: Path) -> Path:
    old, new = (monthly_runs / day / "taian-curtains" for day in ("2025-06-01", "2025-07-01"))
    done("compare", old, new)
    return monthly_runs / "2025-07-01" / "taian-curtains.movement" / "2025-06-01_to_2025-07-01"


def test_the_tables_say_what_the_comparison_found(movement_folder: Path, monthly_runs: Path) -> None:
    old, new = (open_run(monthly_runs / day / "taian-curtains") for day in ("2025-06-01", "2025-07-01"))
    movement = compare_runs(old, new)
    written = pl.read_parquet(movement_folder / "movement.parquet")
    names = ["customer_id", "old_tier", "tier", "direction", "reason"]
    assert written.select(names).equals(movement.customers.select(names))
    assert len(read_rows(movement_folder / "movement.csv")) == movement.customers.height
    assert [int(row["customers"]) for row in read_rows(movement_folder / "matrix.csv")] == movement.matrix[
        "customers"
    ].to_list()


def test_the_watch_list_begins_with_the_cheapest_steps_up(movement_folder: Path) -> None:
    rows = [row for row in read_rows(movement_folder / "watch.csv") if row["watch"] == "near the next tier"]
    amounts = [float(row["needs_amount"]) for row in rows]
    assert amounts
    assert amounts == sorted(amounts)


def test_the_folder_is_verified_like_a_run(movement_folder: Path) -> None:
    assert "are what run.json says" in done("verify", movement_folder).out
    (movement_folder / "matrix.csv").write_text("changed", "utf-8")
    answer = rfm("verify", movement_folder)
    assert answer.code == 1
    assert "matrix.csv: changed" in answer.out
    (movement_folder / "matrix.csv").unlink()


def test_what_a_reader_of_chinese_files_sees_is_chinese(monthly_runs: Path) -> None:
    old, new = (monthly_runs / day / "sichuan-hiking" for day in ("2025-06-01", "2025-07-01"))
    done("compare", old, new, "--language", "zh")
    folder = monthly_runs / "2025-07-01" / "sichuan-hiking.movement" / "2025-06-01_to_2025-07-01"
    for name in ("movement", "matrix", "watch"):
        header, *rows = (folder / f"{name}.csv").read_text("utf-8-sig").splitlines()
        words = {word for row in rows for word in ENGLISH.findall(re.sub(r"SC\d+", "", row))}
        assert not ENGLISH.search(header.replace("RFM", ""))
        assert not words


def test_a_folder_with_other_files_is_not_replaced(movement_folder: Path, monthly_runs: Path) -> None:
    (movement_folder / "notes.txt").write_text("mine", "utf-8")
    answer = rfm(
        "compare", monthly_runs / "2025-06-01" / "taian-curtains", monthly_runs / "2025-07-01" / "taian-curtains"
    )
    assert answer.code == 1
    assert "notes.txt" in answer.err
    assert (movement_folder / "notes.txt").read_text("utf-8") == "mine"
    (movement_folder / "notes.txt").unlink()
