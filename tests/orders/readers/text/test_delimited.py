"""CSV files as they come: right rows, or one clear error."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl
import pytest

from rfm_engine.errors import DataError
from rfm_engine.orders.parsing import time_fault
from tests.orders.readers.files import (
    HEADER,
    collect,
    csv_text,
    write,
)

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize("extra", [1, 2])
def test_a_row_with_too_many_fields_is_a_reject(tmp_path: Path, extra: int) -> None:
    text = csv_text() + "d,a4,1,2025-07-01,r" + ",9" * extra + "\n"

    result = collect([write(tmp_path, text)])

    torn = result.filter(pl.col("order_time").is_null())
    assert torn.select("source_row", time_fault().alias("fault")).rows() == [(5, "too many fields")]
    assert result.height == 4


def test_separators_at_the_end_of_a_row_are_no_fields(tmp_path: Path) -> None:
    result = collect([write(tmp_path, csv_text() + "d,a4,1,2025-07-01,r,,\n")])

    assert result["order_time"].null_count() == 0


def test_a_row_with_too_few_fields_lacks_the_last(tmp_path: Path) -> None:
    result = collect([write(tmp_path, csv_text() + "合计,,1234.50\n")])

    assert result.filter(pl.col("order_time").is_null())["source_row"].to_list() == [5]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "empty"),
        (b"\n\n", "empty"),
        (b"\xef\xbb\xbf", "header"),
        (b"\0" * 40, "null bytes"),
        (csv_text().encode("utf-16-le"), "--encoding utf-16"),
        (b"a,b,c\n1,2,3\n", "--column customer_id="),
        (",".join(f"c{number}" for number in range(2_001)).encode(), "2,001 columns"),
        (b"x" * (1 << 20), "longer than"),
        (b"PK\x03\x04 and so on", "--column"),
    ],
)
def test_what_is_no_table_of_orders_is_refused(tmp_path: Path, content: bytes, words: str) -> None:
    with pytest.raises(DataError, match=words) as refused:
        collect([write(tmp_path, content)])

    assert len(str(refused.value)) < 1_000


@pytest.mark.parametrize("end", ["", "\n", "\r\n"])
def test_a_header_alone_is_no_orders(tmp_path: Path, end: str) -> None:
    assert collect([write(tmp_path, ",".join(HEADER) + end)]).height == 0


def test_a_null_byte_in_a_cell_is_no_digit(tmp_path: Path) -> None:
    result = collect([write(tmp_path, "customer_id,amount,date\na,1\x002,2025-07-01\nb,2,2025-07-01\n")])

    assert result["order_amount_fen"].to_list() == [None, 200]
