"""Text of any encoding and with any line ends, compressed or not."""

from __future__ import annotations

import codecs
import gzip
from typing import TYPE_CHECKING

import pytest
from polars.testing import assert_frame_equal

from rfm_engine.errors import DataError
from rfm_engine.orders.read_options import ReadOptions
from rfm_engine.orders.reading import read
from tests.orders.readers.files import (
    collect,
    csv_text,
    is_whole,
    order_files,
    write,
)
from tests.terminal import AS_OF, done, read_rows, rfm

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize(
    ("encoding", "declared"),
    [
        ("utf-8", None),
        ("utf-8-sig", None),
        ("utf-8-sig", "utf-8"),
        ("utf-16", None),
        ("utf-32", None),
        ("gbk", "gbk"),
        ("gb18030", "gb18030"),
        ("utf-16-le", "utf-16-le"),
    ],
)
def test_the_encoding_and_the_line_ends_change_nothing(
    tmp_path: Path, end: str, encoding: str, declared: str | None
) -> None:
    path = write(tmp_path, csv_text(end=end).encode(encoding))

    assert is_whole(collect([path], ReadOptions(encoding=declared)))


def test_line_ends_may_be_mixed(tmp_path: Path) -> None:
    lines = csv_text().split("\n")

    assert is_whole(collect([write(tmp_path, f"{lines[0]}\r\n{lines[1]}\n{lines[2]}\r{lines[3]}")]))


@pytest.mark.parametrize("end", ["\n", ""])
def test_the_last_line_needs_no_end(tmp_path: Path, end: str) -> None:
    assert is_whole(collect([write(tmp_path, csv_text().rstrip("\n") + end)]))


def test_compressed_csv_is_read_and_a_cut_one_refused(tmp_path: Path) -> None:
    packed = gzip.compress(csv_text().encode("gb18030"))
    whole = write(tmp_path, packed, "a.csv.gz")

    assert is_whole(collect([whole], ReadOptions(encoding="gb18030")))
    with pytest.raises(DataError, match="cut off"):
        read(order_files([write(tmp_path, packed[:-9], "b.csv.gz")], ReadOptions()))


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("mark", [b"", codecs.BOM_UTF8])
def test_compressed_utf8_is_what_it_would_be_unpacked(tmp_path: Path, end: str, mark: bytes) -> None:
    content = mark + csv_text(end=end).encode()

    packed = collect([write(tmp_path, gzip.compress(content), "packed.csv.gz")])

    plain = collect([write(tmp_path, content, "plain.csv")])
    assert_frame_equal(packed.drop("source_file"), plain.drop("source_file"))


@pytest.mark.parametrize(
    ("content", "declared", "offset"),
    [
        (b"customer_id,amount,date\na\xff,1,2025-07-01\n", None, 25),
        (b"customer_id,amount,date\na\xff,1,2025-07-01\n", "gb18030", 25),
        (b"customer_id,amount,date\n" + b"a,1,2025-07-01\n" * 200_000 + b"\xe5", None, 24 + 15 * 200_000),
    ],
)
def test_undecodable_bytes_are_refused_with_their_offset(
    tmp_path: Path, content: bytes, declared: str | None, offset: int
) -> None:
    path = write(tmp_path, content)

    with pytest.raises(DataError, match=r"orders\.csv: byte \d+ .*--encoding") as refused:
        collect([path], ReadOptions(encoding=declared))
    with pytest.raises(UnicodeDecodeError) as python:
        content.decode(declared or "utf-8")
    assert f"byte {python.value.start} " in str(refused.value)
    assert offset <= python.value.start + 100


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


def test_each_file_is_read_in_its_own_encoding(tmp_path: Path) -> None:
    header = "客户编号,订单金额,下单时间"
    texts = [f"{header}\n王伟,{number},2025-07-01\n" for number in (1, 2)]
    paths = [write(tmp_path, texts[0].encode("gb18030"), "a.csv"), write(tmp_path, texts[1], "b.csv")]

    assert collect(paths)["customer_id"].to_list() == ["王伟", "王伟"]


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


@pytest.mark.parametrize("saved", ["utf-16", "utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be"])
def test_utf_16_and_32_may_be_given_whether_a_mark_shows_the_order_of_the_bytes_or_not(
    saved: str, tmp_path: Path
) -> None:
    orders = "customer_id,order_amount,order_time\n张伟,9.00,2025-06-01\n"
    (tmp_path / "o.csv").write_bytes(orders.encode(saved))

    done("run", "--orders", tmp_path / "o.csv", *AS_OF, "--encoding", saved[:6], "--output", tmp_path / "out")

    assert [row["customer_id"] for row in read_rows(tmp_path / "out" / "o" / "customers.csv")] == ["张伟"]


def test_utf_16_that_is_given_for_other_text_is_refused_with_words(tmp_path: Path) -> None:
    (tmp_path / "o.csv").write_text("customer_id,order_amount,order_time\na,9.00,2025-06-01\n", "ascii")

    answer = rfm("run", "--orders", tmp_path / "o.csv", *AS_OF, "--encoding", "utf-16", "--output", tmp_path / "out")

    assert (answer.code, answer.out) == (1, "")
    assert "--encoding" in answer.err or "no header for" in answer.err
