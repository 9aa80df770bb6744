"""CSV files as they come: right rows, or one clear error."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl
import pytest

from rfm_engine.errors import DataError
from rfm_engine.orders.parsing import time_fault
from rfm_engine.orders.read_options import ReadOptions
from tests.orders.readers.files import (
    HEADER,
    collect,
    csv_text,
    is_whole,
    write,
)

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize("separator", [",", "\t", ";", "|"])
def test_the_separator_is_the_one_in_the_header(tmp_path: Path, separator: str) -> None:
    options = ReadOptions(separator=separator if separator == "|" else None)

    assert is_whole(collect([write(tmp_path, csv_text(separator))], options))


def test_quotes_guard_line_ends_separators_and_quotes(tmp_path: Path) -> None:
    text = '"customer\nid ",amount ,"date"\n"a\nb","1,234.50",2025-07-01\n"say ""x""",2,2025-07-02\n'

    result = collect([write(tmp_path, text)], ReadOptions(columns={"customer_id": "customer\nid"}))

    assert result["customer_id"].to_list() == ["a\nb", 'say "x"']
    assert result["order_amount_fen"].to_list() == [123450, 200]
    assert result["source_row"].to_list() == [2, 3]


def test_headers_may_have_trailing_blanks_and_full_width_brackets(tmp_path: Path) -> None:
    result = collect([write(tmp_path, '\ufeff客户编号 ,"订单金额（元） ",下单时间\na,1,2025-07-01\n')])

    assert result["order_amount_fen"].to_list() == [100]


@pytest.mark.parametrize("separator", [",", "\t", ";", "|"])
@pytest.mark.parametrize("skipped", [0, 2])
def test_lines_above_the_header_are_passed_over(tmp_path: Path, separator: str, skipped: int) -> None:
    path = write(tmp_path, f"店铺订单导出, 2025-07\n\n{csv_text(separator)}")

    assert is_whole(collect([path], ReadOptions(skip_lines=skipped)), first_row=4)


@pytest.mark.parametrize("order", ["a,1,2025-07-01,lamp", "a,1,2025-07-01,"])
def test_orders_above_the_header_are_not_passed_over(order: str, tmp_path: Path) -> None:
    path = write(tmp_path, f"{order}\ncustomer_id,amount,date,product_name\nb,2,2025-07-01,rope\n")

    with pytest.raises(DataError, match=r"the header seems to be line 2: give --skip-lines 1; an order above it"):
        collect([path])


def test_a_header_above_the_skipped_lines_is_hinted_at(tmp_path: Path) -> None:
    path = write(tmp_path, csv_text())

    with pytest.raises(DataError, match="--column customer_id="):
        collect([path], ReadOptions(skip_lines=1))


def test_a_line_that_tells_excel_the_separator_is_obeyed(tmp_path: Path) -> None:
    assert is_whole(collect([write(tmp_path, f"sep=;\n{csv_text(';')}")]), first_row=3)


def test_a_file_without_headers_is_read_by_the_numbers_of_its_columns(tmp_path: Path) -> None:
    path = write(tmp_path, csv_text().partition("\n")[2])
    columns = {"customer_id": "1", "order_id": "2", "order_amount": "3", "order_time": "4", "region": "5"}

    assert is_whole(collect([path], ReadOptions(no_header=True, columns=columns)), first_row=1)


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


def test_a_row_with_far_too_many_fields_stops_with_its_number(tmp_path: Path) -> None:
    path = write(tmp_path, csv_text() + "d,a4,1,2025-07-01,r,1,2,3\n")

    with pytest.raises(DataError, match=r"orders\.csv: more fields than headers in row 5;"):
        collect([path])


def test_a_row_with_too_few_fields_lacks_the_last(tmp_path: Path) -> None:
    result = collect([write(tmp_path, csv_text() + "合计,,1234.50\n")])

    assert result.filter(pl.col("order_time").is_null())["source_row"].to_list() == [5]


@pytest.mark.parametrize("row", ['d,"a4,1,2025-07-01,r', 'd,a"4,1,2025-07-01,r', 'd,"a"4,1,2025-07-01,r'])
def test_a_stray_quote_stops_with_its_place(tmp_path: Path, row: str) -> None:
    path = write(tmp_path, f"{csv_text()}{row}\n{csv_text().partition(chr(10))[2]}")

    with pytest.raises(DataError, match=r"orders\.csv: .*quote.* near line"):
        collect([path])


def test_an_open_quote_in_a_column_that_nobody_needs_loses_no_row_silently(tmp_path: Path) -> None:
    text = (
        'customer_id,amount,date,note\na,1,2025-07-01,"5 inch\nb,2,2025-07-01,x\nc,3,2025-07-01,"y\nd,4,2025-07-01,z\n'
    )

    assert collect([write(tmp_path, text)])["customer_id"].to_list() == ["a", "b", "c", "d"]


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


def test_a_file_whose_first_line_holds_values_is_refused_with_the_way_to_read_it(tmp_path: Path) -> None:
    path = write(tmp_path, csv_text().partition("\n")[2])

    with pytest.raises(DataError, match="--no-header --column customer_id=1"):
        collect([path])
