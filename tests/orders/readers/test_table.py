"""The rows of files that are read together are numbered as in each file, with the folders' values beside them."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from rfm_engine.errors import DataError
from rfm_engine.orders.files.order_file import OrderFile
from rfm_engine.orders.read_options import ReadOptions
from rfm_engine.orders.readers.table import (
    MOST_COLUMNS,
    SCAN_FILE,
    SCAN_ROW,
    Scan,
    count_rows,
    locate_rows,
    refuse_wide,
    share_scans,
)

OPTIONS = ReadOptions()
PLACES = [Path("a.csv"), Path("b.csv"), Path("c.csv")]


def files_of(*paths: str) -> list[OrderFile]:
    return [OrderFile(path=Path(path), options=OPTIONS, root=Path()) for path in paths]


def scan_of(*heights: int) -> Scan:
    names = [str(place) for place, height in zip(PLACES, heights, strict=True) for _ in range(height)]
    frame = pl.LazyFrame({SCAN_ROW: range(len(names)), SCAN_FILE: names, "id": [str(at) for at in range(len(names))]})
    return Scan(frame=frame, headers=["Id"], columns=["id"], first_row=2, heights=heights, places=PLACES)


@pytest.mark.parametrize("heights", [(2, 3, 1), (0, 2, 2), (3, 0, 0)])
def test_each_row_has_its_file_and_its_number_there(heights: tuple[int, ...]) -> None:
    table = locate_rows(files_of("a.csv", "b.csv", "c.csv"), scan_of(*heights))

    found = table.frame.select(table.file.alias("file"), table.row.alias("row")).collect().rows()

    assert found == [
        (str(place), 2 + at) for place, height in zip(PLACES, heights, strict=True) for at in range(height)
    ]
    assert [*table.first_rows] == [sum(heights[:at]) for at in range(3)]
    assert table.where == "a.csv and 2 more of the same columns"


def test_the_values_of_folders_are_columns_and_give_way_to_those_of_the_file() -> None:
    files = files_of("year=2024/ID=x/a.csv", "year=2025/ID=x/b.csv")
    scan = Scan(
        frame=scan_of(1, 1, 0).frame,
        headers=["Id"],
        columns=["id"],
        first_row=1,
        heights=(1, 1),
        places=PLACES[:2],
    )

    table = locate_rows(files, scan)

    assert (table.headers, table.columns) == (["Id", "year"], ["id", "year"])
    assert table.frame.select("id", "year").collect().rows() == [("0", "2024"), ("1", "2025")]


def test_files_of_one_shape_are_scanned_together_where_they_are_many() -> None:
    files = [*files_of("a1.csv", "a2.csv", "a3.csv"), *files_of("b1.csv")]

    shared = [[file.path.name for file in group] for group in share_scans(files, lambda file: file.path.name[0], 3)]
    alone = [len(group) for group in share_scans(files, lambda file: file.path.name[0], 4)]

    assert shared == [["a1.csv", "a2.csv", "a3.csv"], ["b1.csv"]]
    assert alone == [1, 1, 1, 1]


def test_the_rows_of_several_files_are_counted_and_those_of_one_are_not() -> None:
    assert count_rows(scan_of(2, 0, 1).frame, PLACES) == [2, 0, 1]
    assert count_rows(scan_of(2, 0, 0).frame, PLACES[:1]) == []


def test_more_columns_than_any_table_of_orders_has_are_refused() -> None:
    refuse_wide(Path("o.csv"), ["x"] * MOST_COLUMNS)

    with pytest.raises(DataError, match=r"^o.csv: 2,001 columns, more than 2,000; is this a table of orders\?"):
        refuse_wide(Path("o.csv"), ["x"] * (MOST_COLUMNS + 1))
