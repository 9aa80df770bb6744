"""Files that cannot be used, through the real command: one clear error with its fix."""

from __future__ import annotations

import csv
from datetime import date
from typing import TYPE_CHECKING

import polars as pl
import pytest

from tests.orders.readers.graded import HEADER
from tests.terminal import AS_OF, rfm

if TYPE_CHECKING:
    from pathlib import Path

REFUSED = {
    "all lines skipped": (HEADER, ("--skip-lines", "9"), 1, "a lower --skip-lines"),
    "a first field without an end": ('"' + "x" * 200_000, (), 1, "cannot be read as CSV"),
    "an offset without a zone": (HEADER + "a,1,1,2025-07-01T08:00:00+08:00\n", (), 1, "--time-zone Asia/Shanghai"),
    "a rule's column that is not there": (HEADER + "a,1,1,2025-07-01\n", ("--keep-status", "paid"), 1, "order_status"),
}


@pytest.mark.parametrize(("content", "options", "code", "words"), REFUSED.values(), ids=REFUSED)
def test_a_file_that_cannot_be_used_is_refused_with_its_fix(
    content: str, options: tuple[str, ...], code: int, words: str, tmp_path: Path
) -> None:
    (tmp_path / "orders.csv").write_text(content, "utf-8")

    answer = rfm("run", "--orders", tmp_path / "orders.csv", *AS_OF, *options, "--output", tmp_path / "output")

    assert (answer.code, answer.out) == (code, "")
    assert "orders.csv" in answer.err or "the orders have no column" in answer.err
    assert words in answer.err


def test_a_first_field_without_an_end_is_refused_whatever_csv_allows_in_this_process(tmp_path: Path) -> None:
    (tmp_path / "orders.csv").write_text('"' + "x" * 200_000, "utf-8")
    before = csv.field_size_limit(1_000_000)
    try:
        answer = rfm("run", "--orders", tmp_path / "orders.csv", *AS_OF, "--output", tmp_path / "output")
    finally:
        csv.field_size_limit(before)

    assert (answer.code, answer.out) == (1, "")
    assert "it has 200,001 characters (at most 131,072)" in answer.err


@pytest.mark.parametrize("name", ["orders.ndjson"])
def test_a_decimal_comma_is_refused_where_numbers_are_numbers(name: str, tmp_path: Path) -> None:
    (tmp_path / name).write_bytes(b"")

    answer = rfm("run", "--orders", tmp_path / name, *AS_OF, "--decimal-comma")

    assert answer.code == 2
    assert "decimal_comma is for" in answer.err


def test_an_empty_file_of_json_lines_is_refused(tmp_path: Path) -> None:
    (tmp_path / "orders.ndjson").touch()

    answer = rfm("run", "--orders", tmp_path / "orders.ndjson", *AS_OF)

    assert (answer.code, answer.out) == (1, "")
    assert "orders.ndjson: the file is empty" in answer.err


def test_a_column_of_lists_is_refused_with_its_name(tmp_path: Path) -> None:
    path = tmp_path / "orders.parquet"
    pl.DataFrame({"customer_id": [["a"]], "order_amount": [1], "date": [date(2025, 7, 1)]}).write_parquet(path)

    answer = rfm("run", "--orders", path, *AS_OF)

    assert (answer.code, answer.out) == (1, "")
    assert "several values in a cell cannot be read: customer_id (List(String))" in answer.err
