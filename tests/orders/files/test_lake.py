"""A table among order files is found as one, whatever kind it is of, and no name leads to its files past it."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import pytest

from rfm_engine.orders.files.paths import find_order_files
from tests.terminal import AS_OF, rfm

if TYPE_CHECKING:
    from pathlib import Path

KINDS = [("_delta_log/0.json", "a Delta table"), ("metadata/v1.metadata.json", "an Iceberg table")]


@pytest.fixture(params=KINDS, ids=["delta", "iceberg"])
def table(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[Path, str]:
    """The folder of a table, and what it is called."""
    mark, words = request.param
    folder = tmp_path / "lake" / "sales"
    for name in (mark, "data/region=north/a.parquet", "a.parquet"):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).touch()
    return folder, words


INNER = ["sales/*", "sales/*/*.parquet", "**/*.parquet", "sales/data", "sales/data/*", "sales/data/**/*.parquet"]


@pytest.mark.parametrize("pattern", INNER)
def test_a_folder_or_a_pattern_in_a_table_is_refused(pattern: str, table: tuple[Path, str]) -> None:
    folder, words = table

    answer = rfm("check", "--orders", folder.parent / pattern, *AS_OF)

    assert (answer.code, f"{folder}: {words}" in answer.err) == (2, True)


def test_one_file_of_a_table_may_be_named(table: tuple[Path, str]) -> None:
    folder, _ = table

    assert [file.version for file in find_order_files([str(folder / "a.parquet")], folder)] == [None]


def test_a_package_that_is_absent_is_named(table: tuple[Path, str], monkeypatch: pytest.MonkeyPatch) -> None:
    folder, words = table
    for module in ("delta_table", "iceberg_table", "iceberg_folder"):
        monkeypatch.delitem(sys.modules, f"rfm_engine.orders.files.{module}", raising=False)
    for name in [*sys.modules, "deltalake", "pyiceberg"]:
        if name.partition(".")[0] in ("deltalake", "pyiceberg"):
            monkeypatch.setitem(sys.modules, name, None)

    answer = rfm("check", "--orders", folder, *AS_OF)

    assert (answer.code, words in answer.err, "pip install 'rfm-engine[lake]'" in answer.err) == (2, True, True)
