"""Files of any format to one frame of canonical columns."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rfm_engine.errors import DataError, RfmError
from rfm_engine.orders.files.paths import find_order_files
from rfm_engine.orders.read_options import ReadOptions
from rfm_engine.orders.reading import read
from tests.examples import examples
from tests.orders.readers.files import (
    ROWS,
    WRITERS,
    collect,
    csv_text,
    order_files,
    orders_frame,
    write,
)

if TYPE_CHECKING:
    from pathlib import Path


def test_the_columns_stand_in_the_promised_order(tmp_path: Path) -> None:
    result = collect([write(tmp_path, csv_text())])

    assert result.columns == [
        "customer_id",
        "order_id",
        "region",
        "order_amount_fen",
        "order_amount_rounded",
        "order_time",
        "order_amount_text",
        "order_time_text",
        "source_file",
        "source_row",
        "row",
    ]
    assert result["source_file"].unique().to_list() == [str(tmp_path / "orders.csv")]


def test_files_of_different_columns_and_types_stand_below_each_other(tmp_path: Path) -> None:
    csv = write(tmp_path, "region,customer_id,amount,date\nr,007,1.50,2025-07-01\n")
    parquet = tmp_path / "b.parquet"
    pl.DataFrame({"user id": [7], "金额": [2], "date": [date(2025, 7, 2)], "shop": ["s"]}).write_parquet(parquet)

    result = read(order_files([csv, parquet], ReadOptions()))

    frame = result.frame.collect().sort("source_file")
    assert frame.columns[:3] == ["customer_id", "store_code", "region"]
    assert set(frame.select("customer_id", "store_code", "region", "order_amount_fen", "source_row").rows()) == {
        ("7", "s", None, 200, 1),
        ("007", None, "r", 150, 2),
    }
    assert result.mapping[str(parquet)]["order_amount"] == "金额"
    assert result.dtypes[str(parquet)]["order_time"] == "Date"


def test_hive_folders_give_columns_of_text_and_rows_are_counted_within_their_file(tmp_path: Path) -> None:
    for number, row in enumerate(ROWS):
        folder = tmp_path / f"region={row[4]}" / f"store_code=00{number}"
        folder.mkdir(parents=True)
        pl.concat([orders_frame()[number : number + 1]] * 2).drop("region").write_parquet(folder / "0.parquet")

    result = read(find_order_files(["."], tmp_path))

    frame = result.frame.collect().sort("source_file", "source_row")
    assert sorted(frame["source_row"]) == [1, 1, 1, 2, 2, 2]
    assert set(frame.select("customer_id", "region", "store_code").rows()) == {
        ("007", "四川", "000"),
        ("17850", "山东", "001"),
        ("c,3", "四川", "002"),
    }
    assert result.frame.explain().count("Parquet SCAN") == 1


def test_times_with_an_offset_need_a_time_zone(tmp_path: Path) -> None:
    path = write(tmp_path, "customer_id,amount,date\na,1,2025-06-30T16:30:00Z\n")

    with pytest.raises(DataError, match="--time-zone"):
        read(order_files([path], ReadOptions()))
    assert collect([path], ReadOptions(time_zone="Asia/Shanghai"))["order_time"].item().date() == date(2025, 7, 1)


def test_white_space_around_text_is_none_of_it(tmp_path: Path) -> None:
    result = collect([write(tmp_path, "customer_id,amount,date,region\n\u3000a\u00a0, 1 ,2025-07-01 ,\u3000\n")])

    assert result.select("customer_id", "region", "order_amount_fen").row(0) == ("a", None, 100)


@settings(max_examples=examples(150), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data(), st.sampled_from(["a.csv", "a.ndjson"]))
def test_any_change_of_text_ends_in_rows_or_in_one_error(tmp_path: Path, data: st.DataObject, name: str) -> None:
    path = tmp_path / name
    WRITERS[path.suffix](orders_frame(), path)
    content = bytearray(path.read_bytes())
    for _ in range(data.draw(st.integers(1, 4))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    path.write_bytes(content)

    try:
        result = collect([path])
    except RfmError as error:
        assert name in str(error)  # noqa: PT017 rows are as good an end
    else:
        assert result.columns
