"""Which files paths, globs and folders name."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from rfm_engine.errors import UsageError
from rfm_engine.orders.files.paths import find_order_files
from tests.orders.readers.files import (
    write,
)

if TYPE_CHECKING:
    from pathlib import Path


def test_patterns_find_files_folders_and_globs_once_each_and_sorted(tmp_path: Path) -> None:
    for name in ("b.csv", "a.csv", "in/c.parquet", "in/_tmp/d.csv", "in/.e.csv", "in/readme.md"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()

    assert [file.path for file in find_order_files(["*.csv", "in"], tmp_path)] == [
        tmp_path / name for name in ("a.csv", "b.csv", "in/c.parquet")
    ]


def test_patterns_without_a_file_and_files_named_twice_are_all_told(tmp_path: Path) -> None:
    write(tmp_path, "", "a.csv")
    (tmp_path / "link.csv").symlink_to(tmp_path / "a.csv")

    with pytest.raises(UsageError, match=r"'b\.csv', 'no\*'"):
        find_order_files(["a.csv", "b.csv", "no*"], tmp_path)
    with pytest.raises(UsageError, match=r"more than once: .*link\.csv"):
        find_order_files(["*.csv"], tmp_path)
    with pytest.raises(UsageError, match=r"more than once: .*a\.csv"):
        find_order_files(["a.csv", "./a.csv"], tmp_path)
