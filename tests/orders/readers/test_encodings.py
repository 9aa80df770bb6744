"""Text of any encoding and with any line ends, compressed or not."""

from __future__ import annotations

import gzip
from typing import TYPE_CHECKING

import pytest

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


@pytest.mark.parametrize(
    ("content", "declared", "offset"),
    [
        (csv_text().encode("gbk"), None, 55),
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
