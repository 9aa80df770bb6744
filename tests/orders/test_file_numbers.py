"""Files are found by the numbers of their rows, whatever their sizes."""

from __future__ import annotations

from itertools import accumulate

import polars as pl
import pytest

from rfm_engine.orders.file_numbers import number_files
from rfm_engine.orders.staging import ROW


@pytest.mark.parametrize(
    "sizes", [[300], [300, 400], [256, 256, 256], [700, 257, 300, 1_000], [10_000, 300, 511, 512, 513]]
)
def test_each_row_is_of_the_file_that_it_was_counted_in(sizes: list[int]) -> None:
    begins = accumulate(sizes, initial=0)
    first_rows = {str(number): begin for number, begin in zip(range(len(sizes)), begins, strict=False)}
    rows = pl.select(pl.int_range(sum(sizes), dtype=pl.UInt32).alias(ROW))
    found = number_files(first_rows, sum(sizes))

    assert found is not None
    assert rows.with_columns(found.alias("file"))["file"].rle().struct.unnest().rows() == [
        (size, number) for number, size in enumerate(sizes)
    ]


@pytest.mark.parametrize("first_rows", [{}, {"a": 0, "b": 0}, {"a": 0, "b": 255}, {"a": 0, "b": 800}])
def test_files_of_few_rows_or_none_have_no_numbers(first_rows: dict[str, int]) -> None:
    assert number_files(first_rows, 1_000) is None
