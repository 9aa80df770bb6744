"""A Delta table stands for the files of its newest version, in no other way than files that lie there."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl
import pytest

from tests.terminal import AS_OF, ORDERS, done, record_of, rfm

if TYPE_CHECKING:
    from pathlib import Path

deltalake = pytest.importorskip("deltalake", reason="needs deltalake: pip install 'rfm-engine[lake]'")

FRAME = pl.read_csv(ORDERS.encode(), infer_schema=False)
EARLIER = FRAME.with_columns(order_amount=pl.lit("7"))


@pytest.fixture
def table(tmp_path: Path) -> Path:
    """A table of two versions, whose files of the first still lie there, in folders of regions."""
    folder = tmp_path / "lake" / "sales"
    for frame, regions in ((EARLIER, ["north 北", "south"]), (FRAME, ["north 北", None])):
        renamed = frame.with_columns(region=pl.col("region").replace(["north", "south"], regions))
        renamed.write_delta(folder, mode="overwrite", delta_write_options={"partition_by": ["region"]})
    return folder


def test_a_table_gives_the_list_of_the_rows_of_its_newest_version(table: Path, tmp_path: Path) -> None:
    rows = FRAME.with_columns(region=pl.col("region").replace(["north", "south"], ["north 北", None]))
    rows.write_parquet(tmp_path / "sales.parquet")
    done("run", "--orders", tmp_path / "sales.parquet", *AS_OF, "--output", tmp_path / "file", "-q")

    done("run", "--orders", table, *AS_OF, "--output", tmp_path / "table", "-q")

    lists = [(tmp_path / place / "sales" / "customers.csv").read_bytes() for place in ("file", "table")]
    assert lists[0] == lists[1]
    inputs = record_of(tmp_path / "table" / "sales")["inputs"]
    assert [one["version"] for one in inputs] == [1, 1]
    assert len(list(table.glob("region=*/*.parquet"))) == 4
    assert "2 inputs and 2 outputs" in done("verify", tmp_path / "table" / "sales").out


def test_a_state_follows_a_table_from_version_to_version(table: Path, tmp_path: Path) -> None:
    words = ("--orders", table, *AS_OF, "--state", tmp_path / "state", "-q", "--output")
    done("run", *words, tmp_path / "first")
    FRAME.with_columns(region=pl.lit("north 北"), customer_id=pl.lit("new")).write_delta(table, mode="append")

    done("run", *words, tmp_path / "second")

    done("run", "--orders", table, *AS_OF, "--output", tmp_path / "fresh", "-q")
    records = [record_of(tmp_path / place / "sales") for place in ("second", "fresh")]
    assert records[0]["inputs"] == records[1]["inputs"]
    assert {one["version"] for one in records[0]["inputs"]} == {2}
    lists = [(tmp_path / place / "sales" / "customers.csv").read_bytes() for place in ("second", "fresh")]
    assert lists[0] == lists[1]


def test_a_table_below_a_folder_and_in_a_dataset_is_read_as_one(table: Path, tmp_path: Path) -> None:
    (tmp_path / "lake" / "more.csv").write_text("customer_id,order_amount,order_time\nz,5,2025-01-01\n", "utf-8")
    (tmp_path / "dataset.toml").write_text('name = "lake"\norders = ["lake"]\nas_of = 2025-07-01\n', "utf-8")

    done("run", tmp_path, "--output", tmp_path / "output", "-q")

    assert len(record_of(tmp_path / "output" / "lake")["inputs"]) == 3
    assert table.is_dir()


def test_a_file_of_a_table_that_lies_outside_the_dataset_s_folder_is_refused(table: Path, tmp_path: Path) -> None:
    folder = tmp_path / "dataset"
    folder.mkdir()
    (folder / "link").symlink_to(table)
    (folder / "dataset.toml").write_text('orders = ["link"]\nas_of = 2025-07-01\n', "utf-8")

    answer = rfm("check", folder)

    assert (answer.code, "outside the dataset's folder" in answer.err) == (2, True)


def test_a_table_whose_files_are_not_to_be_read_as_they_are_is_refused(tmp_path: Path) -> None:
    options = {"configuration": {"delta.enableDeletionVectors": "true"}}
    FRAME.write_delta(tmp_path / "sales", delta_write_options=options)

    answer = rfm("check", "--orders", tmp_path / "sales", *AS_OF)

    assert (answer.code, "deletionVectors" in answer.err) == (2, True)


def test_a_log_that_cannot_be_read_is_said(table: Path) -> None:
    for path in (table / "_delta_log").iterdir():
        path.write_text("{", "utf-8")

    answer = rfm("check", "--orders", table, *AS_OF)

    assert (answer.code, "a Delta table that cannot be read" in answer.err) == (2, True)
