"""Columns of folders and many files: the same answer in every format."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl
import pytest

from rfm_engine.orders.files.paths import find_order_files
from rfm_engine.orders.reading import read
from tests.orders.readers.files import WRITERS

if TYPE_CHECKING:
    from pathlib import Path

KNOWN = {"customer_id": ["a", "b"], "order_amount": ["5", "6"], "order_time": ["2025-06-30"] * 2}


@pytest.mark.parametrize("suffix", WRITERS)
@pytest.mark.parametrize("files", [1, 2, 40])
def test_a_column_of_the_file_wins_over_its_folder_in_every_format(suffix: str, files: int, tmp_path: Path) -> None:
    for number in range(files):
        folder = tmp_path / f"Region=X{number}" / f"store_code=%E5%BA%97{number}" / f"shop=%F{number % 3}"
        folder.mkdir(parents=True)
        WRITERS[suffix](pl.DataFrame(KNOWN | {"region": ["in", "file"]}), folder / f"o{suffix}")

    frame = read(find_order_files(["."], tmp_path), ["shop"]).frame.collect().sort("source_file", "source_row")

    assert frame["region"].to_list() == ["in", "file"] * files
    assert frame["store_code"].unique().sort().to_list() == sorted(f"店{number}" for number in range(files))
    assert frame["shop"].unique().sort().to_list() == [f"%F{number}" for number in range(min(files, 3))]


@pytest.mark.parametrize("suffix", WRITERS)
def test_rows_of_many_files_keep_their_file_and_number(suffix: str, tmp_path: Path) -> None:
    for number in range(50):
        rows = pl.DataFrame(KNOWN | {"order_id": [f"{number}-1", f"{number}-2"]})
        WRITERS[suffix](
            rows.head(number % 3), tmp_path / f"{number}{suffix}"
        ) if number % 3 or suffix == ".csv" else None

    orders = read(find_order_files(["."], tmp_path))
    frame = orders.frame.collect()

    first = 2 if suffix in (".csv", ".xlsx") else 1
    expected = {
        (str(tmp_path / f"{number}{suffix}"), first + row, f"{number}-{row + 1}")
        for number in range(50)
        for row in range(number % 3)
    }
    assert set(frame.select("source_file", "source_row", "order_id").rows()) == expected
    assert orders.frame.explain().count("SCAN") == (0 if suffix == ".xlsx" else 1)
