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


def test_each_file_is_read_in_its_own_encoding(tmp_path: Path) -> None:
    header = "客户编号,订单金额,下单时间"
    texts = [f"{header}\n王伟,{number},2025-07-01\n" for number in (1, 2)]
    paths = [write(tmp_path, texts[0].encode("gb18030"), "a.csv"), write(tmp_path, texts[1], "b.csv")]

    assert collect(paths)["customer_id"].to_list() == ["王伟", "王伟"]


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
