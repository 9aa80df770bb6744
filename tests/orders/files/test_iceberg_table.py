"""The folder of an Iceberg table stands for the files of its current snapshot, with the columns that it has by now."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

import polars as pl
import pytest

pytest.importorskip("pyiceberg", reason="needs pyiceberg: pip install 'rfm-engine[lake]'")

from pyiceberg.manifest import DataFile, DataFileContent, FileFormat
from pyiceberg.transforms import IdentityTransform, MonthTransform
from pyiceberg.typedef import Record
from pyiceberg.types import StringType, StructType

from tests.iceberg import FRAME, make_table, to_arrow, write_rows
from tests.terminal import AS_OF, done, record_of, rfm

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from pyiceberg.table import Table
    from pyiceberg.transforms import Transform

Partition: TypeAlias = "Mapping[str, Transform[Any, Any]]"
BY_REGION: Partition = {"region": IdentityTransform()}
BY_REGION_AND_MONTH: Partition = {"region": IdentityTransform(), "order_time": MonthTransform()}


def lists_of(table: Table, place: Path, *words: object) -> list[bytes]:
    """Return the list of the rows that pyiceberg reads, and that of the table's folder."""
    rows = write_rows(table, place / "sales.parquet")
    done("run", "--orders", rows, *AS_OF, *words, "--output", place / "rows", "-q")
    done("run", "--orders", place / "lake" / "sales", *AS_OF, *words, "--output", place / "table", "-q")
    return [(place / output / "sales" / "customers.csv").read_bytes() for output in ("rows", "table")]


@pytest.mark.parametrize("partition", [None, BY_REGION_AND_MONTH], ids=["whole", "partitioned"])
def test_a_table_gives_the_list_of_the_rows_of_its_current_snapshot(
    partition: Partition | None, tmp_path: Path
) -> None:
    table = make_table(tmp_path, FRAME.with_columns(order_amount=pl.lit("7").cast(pl.Decimal(10, 2))), partition)
    table.overwrite(to_arrow(FRAME))
    table.append(to_arrow(FRAME.with_columns(customer_id=pl.lit("new"), region=pl.lit(None, pl.String))))
    table.delete("order_id = '0002'")

    rows, found = lists_of(table, tmp_path)

    assert found == rows
    record = record_of(tmp_path / "table" / "sales")
    assert {one["version"] for one in record["inputs"]} == {table.refresh().metadata.current_snapshot_id}
    assert "inputs and 2 outputs" in done("verify", tmp_path / "table" / "sales").out


def test_a_column_is_known_by_its_id_and_not_by_its_name(tmp_path: Path) -> None:
    table = make_table(tmp_path, FRAME, BY_REGION)
    with table.update_schema() as change:
        change.rename_column("region", "area")
        change.rename_column("customer_id", "buyer")
        change.rename_column("order_id", "customer_id")
        change.delete_column("product_name")
    with table.update_schema() as change:
        change.add_column("product_name", StringType())
        change.rename_column("customer_id", "order_id")
        change.rename_column("buyer", "customer_id")
    table.append(to_arrow(FRAME.rename({"region": "area"}).with_columns(customer_id=pl.lit("new"))))

    rows, found = lists_of(table, tmp_path)

    assert found == rows
    products = pl.read_csv(found).select("customer_id", "last_product_name", "tier")
    assert products.filter(customer_id="new").height == 1
    assert products.filter(pl.col("last_product_name").is_null()).height == 3


def test_columns_whose_names_changed_places_are_told_apart(tmp_path: Path) -> None:
    table = make_table(tmp_path)
    for old, new in (("customer_id", "free"), ("store_code", "customer_id"), ("free", "store_code")):
        with table.update_schema() as change:
            change.rename_column(old, new)

    rows, found = lists_of(table, tmp_path)

    assert found == rows
    assert b"S1" in found


def test_a_file_without_ids_has_the_names_and_the_partition_that_the_table_keeps(tmp_path: Path) -> None:
    table = make_table(tmp_path, FRAME, BY_REGION)
    names = table.schema().name_mapping.model_dump_json()
    with table.transaction() as change:
        change.set_properties({"schema.name-mapping.default": names})
    for path in (tmp_path / "lake" / "sales").rglob("*.parquet"):
        pl.read_parquet(path, hive_partitioning=False).drop("region").write_parquet(path)
    with table.update_schema() as change:
        change.rename_column("customer_id", "customer")

    done("run", "--orders", tmp_path / "lake", *AS_OF, "--by", "region", "--output", tmp_path / "table", "-q")

    FRAME.write_parquet(tmp_path / "lake.parquet")
    done("run", "--orders", tmp_path / "lake.parquet", *AS_OF, "--by", "region", "--output", tmp_path / "rows", "-q")
    lists = [(tmp_path / output / "lake" / "customers.csv").read_bytes() for output in ("rows", "table")]
    assert lists[0] == lists[1]


def test_a_table_that_was_moved_gives_the_same_list(tmp_path: Path) -> None:
    table = make_table(tmp_path, FRAME)
    rows, _ = lists_of(table, tmp_path)
    (tmp_path / "lake").rename(tmp_path / "elsewhere")

    done("run", "--orders", tmp_path / "elsewhere" / "sales", *AS_OF, "--output", tmp_path / "moved", "-q")

    assert (tmp_path / "moved" / "sales" / "customers.csv").read_bytes() == rows


def append_file(table: Table, changes: dict[str, Any]) -> None:
    """Append to a table a file that is that of its rows but for some changes."""
    first = next(iter(table.scan().plan_files())).file
    given: dict[str, Any] = {
        "content": DataFileContent.DATA,
        "file_path": first.file_path + ".more.parquet",
        "file_format": FileFormat.PARQUET,
        "partition": Record(),
        "record_count": 1,
        "file_size_in_bytes": 1,
    }
    file = DataFile.from_args(**given | changes)
    file.spec_id = table.spec().spec_id
    with table.transaction() as change, change.update_snapshot().fast_append() as append:
        append.append_data_file(file)


UNFIT = [
    ({"content": DataFileContent.POSITION_DELETES}, "rows that delete files remove"),
    ({"content": DataFileContent.EQUALITY_DELETES, "equality_ids": [1]}, "equality deletes"),
    ({"file_format": FileFormat.ORC}, "files of ORC"),
    ({"file_path": "s3://bucket/a.parquet"}, "outside its location"),
    ({}, "No such file"),
]


@pytest.mark.parametrize(("changes", "words"), UNFIT, ids=[words for _, words in UNFIT])
def test_files_that_are_not_to_be_read_as_they_are_are_refused(
    changes: dict[str, Any], words: str, tmp_path: Path
) -> None:
    append_file(make_table(tmp_path), changes)

    answer = rfm("check", "--orders", tmp_path / "lake" / "sales", *AS_OF)

    assert (answer.code, words in answer.err) == (2, True), answer.err
    assert f"{tmp_path / 'lake' / 'sales'}: an Iceberg table" in answer.err


def test_a_column_whose_inner_fields_changed_is_refused(tmp_path: Path) -> None:
    table = make_table(tmp_path, FRAME.with_columns(buyer=pl.struct(name=pl.lit("Mia"))))
    assert rfm("check", "--orders", tmp_path / "lake" / "sales", *AS_OF).code == 0
    with table.update_schema() as change:
        change.rename_column("buyer.name", "first_name")

    answer = rfm("check", "--orders", tmp_path / "lake" / "sales", *AS_OF)

    assert (answer.code, "the fields in the column 'buyer' are others" in answer.err) == (2, True)
    assert isinstance(table.schema().find_type("buyer"), StructType)


def test_a_state_follows_a_table_until_its_columns_change(tmp_path: Path) -> None:
    table = make_table(tmp_path)
    words = ("--orders", tmp_path / "lake" / "sales", *AS_OF, "--state", tmp_path / "state", "--output")
    done("run", *words, tmp_path / "first")
    table.append(to_arrow(FRAME.with_columns(customer_id=pl.lit("new"), order_id="1" + pl.col("order_id"))))

    second = done("run", *words, tmp_path / "second")
    with table.update_schema() as change:
        change.rename_column("region", "area")
    third = done("run", *words, tmp_path / "third")

    assert "state: used" in second.out + second.err
    assert "columns of a table are others" in third.out + third.err
    assert lists_of(table, tmp_path)[0] == (tmp_path / "third" / "sales" / "customers.csv").read_bytes()
    assert b"area" not in (tmp_path / "third" / "sales" / "customers.csv").read_bytes()


def test_ids_in_the_names_of_its_folders_are_not_hidden(tmp_path: Path) -> None:
    make_table(tmp_path, FRAME, {"store_code": IdentityTransform()})

    answer = rfm("run", "--orders", tmp_path / "lake" / "sales", *AS_OF, "--drop", "store_code")

    assert (answer.code, "folders store_code=..." in answer.err) == (1, True), answer.err
