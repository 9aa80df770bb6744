"""Parquet files of few customers hold what Polars' own would, for every reader."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory

import polars as pl
import pytest
from hypothesis import given

from rfm_engine.output.split.lists import split_customers
from rfm_engine.output.split.small_parquet import Footer, find_footer, write_small_parquet
from tests.output.split.customers import SCHEMA, customers

pq = pytest.importorskip("pyarrow.parquet")
duckdb = pytest.importorskip("duckdb")
SHORTENED = 60


def footer_of(schema: pl.Schema) -> Footer:
    footer = find_footer(schema)
    assert footer is not None
    return footer


@given(customers())
def test_each_list_is_read_back_as_it_was_and_as_from_polars_own_file(table: pl.DataFrame) -> None:
    lists = split_customers(table, ["region"])
    with TemporaryDirectory() as folder:
        for name in lists.rows:
            Path(folder, name).mkdir()
        write_small_parquet(lists, Path(folder), footer_of(table.schema))
        for name, place in lists.slices().items():
            path, expected, own = Path(folder, name, "customers.parquet"), table[place], BytesIO()
            expected.write_parquet(own)
            found = pl.read_parquet(path)
            assert found.schema == expected.schema
            assert found.equals(expected)
            assert pq.read_table(path).equals(pq.read_table(own), check_metadata=True)
            assert summary_of(path) == summary_of(own)
            rows = duckdb.sql(f"from '{path}'").fetchall()
            assert rows == expected.with_columns(pl.col("tier").cast(pl.String)).rows()


def summary_of(file: Path | BytesIO) -> list[dict[str, object]]:
    """Return what the file says of each column."""
    found = pq.read_metadata(file)
    group = found.row_group(0)
    assert (found.num_rows, found.num_row_groups) == (group.num_rows, 1)
    columns = [group.column(number) for number in range(group.num_columns)]
    return [
        {
            "name": column.path_in_schema,
            "type": column.physical_type,
            "values": column.num_values,
            "nulls": column.statistics.null_count,
            "between": ends_of(column.statistics.min, column.statistics.max) if column.statistics.has_min_max else None,
        }
        for column in columns
    ]


def ends_of(least: object, greatest: object) -> tuple[object, object] | None:
    """Return the least and the greatest value, but no texts so long that Polars shortens them."""
    return None if any(len(str(end).encode()) > SHORTENED for end in (least, greatest)) else (least, greatest)


def test_a_type_that_no_list_has_is_left_to_polars() -> None:
    assert find_footer(SCHEMA) is not None
    for dtype in (pl.Decimal(20, 2), pl.Float64(), pl.List(pl.String), pl.UInt8()):
        assert find_footer(pl.Schema({**SCHEMA, "odd": dtype})) is None


def test_a_footer_that_is_none_of_a_file_without_rows_is_not_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    write = pl.DataFrame.write_parquet

    def write_a_row(frame: pl.DataFrame, file: BytesIO) -> None:
        write(frame.clear(1), file)

    monkeypatch.setattr(pl.DataFrame, "write_parquet", write_a_row)

    assert find_footer(SCHEMA) is None
