"""A wrong suffix is seen through; pages and archives are refused with what to do."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING
from zipfile import ZipFile

import pytest

from rfm_engine.errors import DataError
from rfm_engine.orders.reading import read
from tests.orders.readers.files import ROWS, WRITERS, collect, csv_text, order_files, orders_frame, write

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize("content", WRITERS)
@pytest.mark.parametrize("name", WRITERS)
def test_a_file_is_read_by_its_content_and_a_wrong_name_is_a_finding(content: str, name: str, tmp_path: Path) -> None:
    WRITERS[content](orders_frame(), tmp_path / f"whole{content}")
    path = (tmp_path / f"whole{content}").rename(tmp_path / f"o{name}")

    orders = read(order_files([path]))

    assert orders.frame.collect().height == len(ROWS)
    assert [finding.code for finding in orders.findings] == ([] if content == name else ["RFM105"])


def test_tables_of_html_and_archives_are_refused_with_what_to_do(tmp_path: Path) -> None:
    packed = io.BytesIO()
    with ZipFile(packed, "w") as archive:
        archive.writestr("orders.csv", csv_text())

    with pytest.raises(DataError, match=r"o\.xls: is a page of HTML; open it in Excel and save it"):
        collect([write(tmp_path, "<html><table><tr><td>customer_id</td></tr></table></html>", "o.xls")])
    with pytest.raises(DataError, match=r"o\.csv: is an archive of 1 files; unpack it"):
        collect([write(tmp_path, packed.getvalue(), "o.csv")])


def test_an_archive_that_needs_a_later_version_is_refused_in_words(tmp_path: Path) -> None:
    packed = io.BytesIO()
    with ZipFile(packed, "w") as archive:
        archive.writestr("xl/workbook.xml", "")
    content = bytearray(packed.getvalue())
    directory = content.index(b"PK\x01\x02")
    content[directory + 6] = 148  # the version that is needed to unpack it
    (tmp_path / "o.xlsx").write_bytes(content)

    with pytest.raises(DataError, match=r"o\.xlsx: cannot be read as a workbook"):
        collect([tmp_path / "o.xlsx"])
