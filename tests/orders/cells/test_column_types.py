"""A column of a type that no cell of an order has is refused by its header, in files, in frames and of customers."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import polars as pl
import pytest

import rfm_engine
from rfm_engine.errors import DataError
from tests.engine import run_files

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

DAY = "2025-06-01"
ORDERS = {"customer_id": ["a", "b"], "order_id": ["1", "2"], "order_amount": ["5", "6"], "order_time": [DAY, DAY]}
COLUMNS = ("customer_id", "order_id", "order_amount", "order_time", "region", "order_status")
UNREADABLE = {
    "lists": ([["x"], ["y"]], "with several values in a cell"),
    "durations": ([timedelta(1), timedelta(2)], "of durations or objects"),
    "bytes": ([b"x", b"\xff"], "of bytes that are not UTF-8"),
}
WRITERS: dict[str, Callable[[pl.DataFrame, Path], object]] = {
    "parquet": pl.DataFrame.write_parquet,
    "arrow": pl.DataFrame.write_ipc,
}


@pytest.mark.parametrize("column", COLUMNS)
@pytest.mark.parametrize(("values", "words"), UNREADABLE.values(), ids=UNREADABLE)
@pytest.mark.parametrize("suffix", WRITERS)
def test_a_column_that_cannot_be_read_is_named(
    suffix: str, values: list[Any], words: str, column: str, tmp_path: Path
) -> None:
    path = tmp_path / f"orders.{suffix}"
    frame = pl.DataFrame(ORDERS | {column: values})
    WRITERS[suffix](frame, path)

    for grade in (
        lambda: run_files(tmp_path, [path], {"as_of": "2025-07-01"}),
        lambda: rfm_engine.score(frame, as_of="2025-07-01").collect(),
    ):
        with pytest.raises(DataError, match=f"columns {words} cannot be read: {column}"):
            grade()


@pytest.mark.parametrize(("values", "words"), UNREADABLE.values(), ids=UNREADABLE)
def test_a_column_of_customers_that_cannot_be_read_is_named(values: list[Any], words: str) -> None:
    customers = pl.DataFrame({"who": values, "frequency": [1, 1], "monetary": [5, 6], "recency_days": [3, 4]})

    with pytest.raises(DataError, match=f"customers: columns {words} cannot be read: who"):
        rfm_engine.grade(customers, as_of="2025-07-01", columns={"customer_id": "who"}).collect()


def test_objects_are_refused_and_so_are_structs_which_would_be_shown_as_ids() -> None:
    for values, words in ((pl.Series([object(), object()], dtype=pl.Object), "objects"), ([{"a": 1}] * 2, "several")):
        with pytest.raises(DataError, match=f"{words}.* cannot be read: customer_id"):
            rfm_engine.score(pl.DataFrame(ORDERS | {"customer_id": values}), as_of="2025-07-01")


def test_bytes_that_are_text_are_read() -> None:
    orders = pl.DataFrame(ORDERS | {"customer_id": ["客".encode(), None], "order_time": [DAY.encode()] * 2})

    assert rfm_engine.score(orders, as_of="2025-07-01").collect()["customer_id"].to_list() == ["客"]


def test_what_no_column_needs_may_be_of_any_type() -> None:
    orders = pl.DataFrame(ORDERS).with_columns(pl.lit([1]).alias("tags"), pl.lit(b"\xff").alias("picture"))

    assert rfm_engine.score(orders, as_of="2025-07-01").collect().height == 2
