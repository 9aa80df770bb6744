"""The layout of a CSV file is the one that its header shows."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from rfm_engine.orders.read_options import ReadOptions
from tests.orders.readers.files import (
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


def test_a_line_that_tells_excel_the_separator_is_obeyed(tmp_path: Path) -> None:
    assert is_whole(collect([write(tmp_path, f"sep=;\n{csv_text(';')}")]), first_row=3)
