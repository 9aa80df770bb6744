"""The folder of an Iceberg table: its current metadata is found, and nothing outside it is read."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING

import pytest

pytest.importorskip("pyiceberg", reason="needs pyiceberg: pip install 'rfm-engine[lake]'")

from rfm_engine.errors import UsageError
from rfm_engine.orders.files.iceberg_folder import TableFolder, find_current_metadata
from tests.iceberg import make_table
from tests.terminal import AS_OF, done, rfm

if TYPE_CHECKING:
    from pathlib import Path


def write_metadata(folder: Path, names: list[str], hint: str | None) -> None:
    (folder / "metadata").mkdir()
    for name in names:
        (folder / "metadata" / f"{name}.metadata.json").touch()
    if hint is not None:
        (folder / "metadata" / "version-hint.text").write_text(hint, "utf-8")


CURRENT = [
    (["v9", "v10"], None, "v10"),
    (["00009-a", "00010-b.gz"], None, "00010-b.gz"),
    (["v1", "v2", "v3"], "1\n", "v3"),
    (["v1", "v2", "v4"], "1", "v2"),
    (["v1.gz", "v2.gz"], "1", "v2.gz"),
    (["00001-a", "00002-b", "00002-c"], "00002-b.metadata.json", "00002-b"),
    (["00001-a", "00002-b"], "00001-a", "00001-a"),
    (["table"], None, "table"),
]


@pytest.mark.parametrize(("names", "hint", "current"), CURRENT)
def test_current_is_what_the_hint_says_or_the_highest_version(
    names: list[str], hint: str | None, current: str, tmp_path: Path
) -> None:
    write_metadata(tmp_path, names, hint)

    assert find_current_metadata(tmp_path).name == f"{current}.metadata.json"


UNCLEAR = [
    (["00002-b", "00002-c"], None, "00002-b.metadata.json or 00002-c.metadata.json"),
    (["v1"], "7", "names no metadata"),
    (["v1"], "../../other/metadata/v1", "names no metadata"),
    (["v1"], "", "names no metadata"),
]


@pytest.mark.parametrize(("names", "hint", "words"), UNCLEAR)
def test_metadata_of_which_none_is_current_is_refused(
    names: list[str], hint: str | None, words: str, tmp_path: Path
) -> None:
    write_metadata(tmp_path, names, hint)

    with pytest.raises(UsageError, match=words):
        find_current_metadata(tmp_path)


WRITTEN = [
    ("file:///lake/sales", "/lake/sales/data/a.parquet", "data/a.parquet"),
    ("/lake/sales/", "file:/lake/sales/data/a=%2F/b.parquet", "data/a=%2F/b.parquet"),
    ("s3a://bucket/sales", "s3://bucket/sales/data/a.parquet", "data/a.parquet"),
    ("/lake/sales", "/lake/sales_2/data/a.parquet", None),
    ("/lake/sales", "/lake/sales/../other/a.parquet", None),
    ("/lake/sales", "https://example.com/lake/sales/a.parquet", None),
    ("s3://bucket/sales", "s3://other/sales/a.parquet", None),
    ("/lake/sales", "/lake/sales/linked/a.parquet", None),
]


@pytest.mark.parametrize(("location", "written", "found"), WRITTEN)
def test_a_file_is_found_where_the_table_is_now(location: str, written: str, found: str | None, tmp_path: Path) -> None:
    (tmp_path / "sales").mkdir()
    (tmp_path / "sales" / "linked").symlink_to(tmp_path)

    path = TableFolder(tmp_path / "sales", location).find(written)

    assert path == (None if found is None else tmp_path / "sales" / found)


def test_what_metadata_names_elsewhere_is_neither_read_nor_imported(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    table = make_table(tmp_path)
    folder, path = tmp_path / "lake" / "sales", None
    path = find_current_metadata(folder)
    (tmp_path / "foreign_io.py").write_text("raise SystemExit(9)", "utf-8")
    monkeypatch.syspath_prepend(str(tmp_path))
    metadata = json.loads(path.read_text("utf-8"))
    metadata["properties"]["py-io-impl"] = "foreign_io.FileIO"
    path.write_text(json.dumps(metadata), "utf-8")
    done("check", "--orders", folder, *AS_OF)
    metadata["snapshots"][-1]["manifest-list"] = "http://127.0.0.1:1/snap.avro"
    path.write_text(json.dumps(metadata), "utf-8")

    answer = rfm("check", "--orders", folder, *AS_OF)

    assert (answer.code, f"outside its location {table.location()}: http://127.0.0.1:1" in answer.err) == (2, True)
    assert "foreign_io" not in sys.modules


@pytest.mark.parametrize("suffix", [".json", ".avro", ".parquet"])
def test_files_that_are_damaged_are_said(suffix: str, tmp_path: Path) -> None:
    make_table(tmp_path)
    for path in (tmp_path / "lake" / "sales").rglob(f"*{suffix}"):
        path.write_text("{", "utf-8")

    answer = rfm("check", "--orders", tmp_path / "lake" / "sales", *AS_OF)

    assert (answer.code, "an Iceberg table that cannot be read" in answer.err) == (2, True)


def test_tables_are_only_read(tmp_path: Path) -> None:
    folder = TableFolder(tmp_path, "/lake/sales")

    for write in (folder.new_output, folder.delete):
        with pytest.raises(PermissionError, match="only read"):
            write("/lake/sales/a")
