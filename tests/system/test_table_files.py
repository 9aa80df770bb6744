"""A table that is set aside is the same when it is wanted, and leaves no file behind."""

from __future__ import annotations

import os
from pathlib import Path

import polars as pl
import pytest

from rfm_engine.system import table_files
from rfm_engine.system.table_files import HeldFile, TableFile, set_aside
from rfm_engine.system.temp_dir import process_temp_dir

TABLE = pl.DataFrame({"region": ["north", None], "fen": [1, 2**62]})


def _refuse(*_: object) -> None:
    raise OSError


@pytest.mark.parametrize("has_links", [True, False])
def test_a_table_is_put_wherever_it_is_wanted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, has_links: bool
) -> None:
    if not has_links:
        monkeypatch.setattr(Path, "hardlink_to", _refuse)
    aside = TableFile(TABLE)

    for name in ("one.parquet", "two.parquet"):
        aside.put_into(tmp_path / name)

    assert all(pl.read_parquet(path).equals(TABLE) for path in tmp_path.iterdir())
    assert len([*tmp_path.iterdir()]) == 2


@pytest.mark.skipif(os.name == "nt", reason="no folder can be replaced there while a file in it is open")
@pytest.mark.parametrize("has_links", [True, False])
@pytest.mark.parametrize("other", [None, b"other"])
def test_a_file_that_is_held_is_put_elsewhere_whatever_has_its_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, other: bytes | None, *, has_links: bool
) -> None:
    (old := tmp_path / "old").write_bytes(b"held")
    held = HeldFile(old, old.open("rb"))
    if not has_links:
        monkeypatch.setattr(Path, "hardlink_to", _refuse)
    if other is not None:
        old.unlink()
        old.write_bytes(other)

    for name in ("one", "two"):
        held.put_into(tmp_path / name)
        assert (tmp_path / name).read_bytes() == b"held"
    assert (old.stat().st_nlink > 1) == (has_links and other is None)


def test_a_file_that_is_held_no_longer_is_put_elsewhere_from_its_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (old := tmp_path / "old").write_bytes(b"held")
    file = old.open("rb")
    held = HeldFile(old, file)
    file.close()
    monkeypatch.setattr(Path, "hardlink_to", _refuse)

    held.put_into(tmp_path / "new")

    assert (tmp_path / "new").read_bytes() == b"held"


def test_the_file_goes_with_the_last_who_needs_it() -> None:
    before = {*process_temp_dir().iterdir()}
    aside = set_aside(TABLE)
    assert len({*process_temp_dir().iterdir()} - before) == 1

    del aside

    assert {*process_temp_dir().iterdir()} == before


def test_a_table_stays_in_memory_where_the_disk_has_no_room(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(table_files, "write_table", _refuse)
    before = {*process_temp_dir().iterdir()}

    assert set_aside(TABLE) is None
    assert {*process_temp_dir().iterdir()} == before
