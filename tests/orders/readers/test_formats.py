"""A file is read by its format, and files of none are all named."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from rfm_engine.errors import DataError
from rfm_engine.orders.read_options import ReadOptions
from rfm_engine.orders.reading import read
from tests.orders.readers.files import collect, csv_text, order_files, write
from tests.orders.readers.graded import HEADER
from tests.terminal import AS_OF, rfm

if TYPE_CHECKING:
    from pathlib import Path


def test_files_of_no_known_format_are_all_named(tmp_path: Path) -> None:
    for name in ("a.doc", "b"):
        (tmp_path / name).write_text(HEADER, "utf-8")

    answer = rfm("run", "--orders", tmp_path / "a.doc", "--orders", tmp_path / "b", *AS_OF)

    assert answer.code == 2
    assert f"no known format: {tmp_path / 'a.doc'}, {tmp_path / 'b'}; give --orders-format csv" in answer.err


def test_a_format_that_is_given_is_kept(tmp_path: Path) -> None:
    path = write(tmp_path, csv_text(), "o.xlsx")

    assert read(order_files([path], ReadOptions(orders_format="csv"))).findings == ()
    with pytest.raises(DataError, match="cannot be read as a workbook"):
        collect([path], ReadOptions(orders_format="excel"))
