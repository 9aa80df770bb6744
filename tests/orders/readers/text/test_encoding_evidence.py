"""The one encoding that gives plausible text is inferred, several are asked about."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from rfm_engine.errors import DataError
from rfm_engine.orders.read_options import ReadOptions
from rfm_engine.orders.reading import read
from tests.orders.readers.files import (
    collect,
    order_files,
    write,
)

if TYPE_CHECKING:
    from pathlib import Path

SAVED_IN = {
    "gb18030": ("王伟,四川省,帐篷", "李娜,山东省,订单"),
    "big5": ("王小明,台北市,訂單", "陳美玲,高雄,客戶"),
    "cp932": ("佐藤,東京都,ブラシ", "山田,大阪,テント"),
    "cp1252": ("José,Málaga,tent", "Zoë,Köln,café"),
}


def orders_in(encoding: str, header: str = "customer_id,region,product_name,amount,date") -> bytes:
    rows = [f"{names},{number},2025-07-01" for number, names in enumerate(SAVED_IN[encoding], start=1)]
    return "\n".join([header, *rows, ""]).encode(encoding)


@pytest.mark.parametrize("encoding", SAVED_IN)
def test_the_one_encoding_that_gives_plausible_text_is_inferred_and_said(encoding: str, tmp_path: Path) -> None:
    orders = read(order_files([write(tmp_path, orders_in(encoding))]))

    names = [names.split(",")[0] for names in SAVED_IN[encoding]]
    assert orders.frame.collect()["customer_id"].to_list() == names
    assert [finding.code for finding in orders.findings] == ["RFM104"]
    assert f"--encoding {encoding}" in str(orders.findings[0])


def test_known_headers_decide_between_encodings_without_a_finding(tmp_path: Path) -> None:
    path = write(tmp_path, "客户编号,订单金额,下单时间\n王伟,1,2025-07-01\n".encode("gb18030"))

    orders = read(order_files([path]))

    assert orders.frame.collect()["customer_id"].to_list() == ["王伟"]
    assert orders.findings == ()


def test_several_plausible_encodings_are_asked_with_the_text_of_each(tmp_path: Path) -> None:
    text = "customer_id,amount,date\n이영희 주문 배송,1,2025-07-01\n"

    with pytest.raises(DataError, match="in which encoding was it saved") as asked:
        collect([write(tmp_path, text.encode("euc_kr"))])

    assert "--encoding euc_kr reads '이영희 주문 배송'" in str(asked.value)
    assert "--encoding gb18030 reads" in str(asked.value)


def test_utf8_is_never_read_as_something_else(tmp_path: Path) -> None:
    path = write(tmp_path, "customer_id,amount,date\n王伟,1,2025-07-01\n")

    with pytest.raises(DataError, match="is UTF-8, with text such as '王伟'; as gb18030 it would be other characters"):
        collect([path], ReadOptions(encoding="gb18030"))


def test_lines_of_two_encodings_in_one_file_are_refused_with_their_numbers(tmp_path: Path) -> None:
    lines = [b"customer_id,amount,date", "王小明,1,2025-07-01".encode(), "李娜,2,2025-07-01".encode("gbk"), b""]

    with pytest.raises(DataError, match="line 2 is UTF-8 and line 3 is not"):
        collect([write(tmp_path, b"\n".join(lines))])


def test_a_line_that_is_no_text_in_the_encoding_of_the_header_is_named(tmp_path: Path) -> None:
    whole = "客户编号,订单金额,下单时间\n王伟,1,2025-07-01\n".encode("gb18030")
    path = write(tmp_path, whole + b"\xff\xff,2,2025-07-01\n")

    with pytest.raises(DataError, match=r"is gb18030 by its header, and line 3 holds bytes that are no text in it"):
        collect([path])
    with pytest.raises(DataError, match=r"\(0xff\), in line 3, is no gb18030 text"):
        collect([path], ReadOptions(encoding="gb18030"))
