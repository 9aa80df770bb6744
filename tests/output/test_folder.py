"""Output appears whole or not at all, and never on top of what is not a run's."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import polars as pl
import pytest

from rfm_engine import pipeline
from rfm_engine.errors import OutputError
from rfm_engine.output import folder as folders
from rfm_engine.output import formats
from tests.terminal import AS_OF, ORDERS, done, everything_below, read_rows, rfm, run

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from rfm_engine.output.record import FileDigest


def test_a_new_run_replaces_the_old_one_whole(shop: Path, tmp_path: Path) -> None:
    run(shop, tmp_path, "--split", "--format", "parquet", "--format", "csv")
    folder = run(shop, tmp_path, "--format", "ndjson")

    assert set(everything_below(folder)) == {"customers.ndjson", "rejects.csv", "run.json"}


@pytest.mark.parametrize("record", [None, "{broken", "[1]", "{}"])
def test_a_folder_with_a_stranger_s_files_is_refused_and_kept(record: str | None, shop: Path, tmp_path: Path) -> None:
    folder = run(shop, tmp_path)
    (folder / "notes.txt").write_text("mine", "utf-8")
    if record is not None:
        (folder / "run.json").write_text(record, "utf-8")
    before = everything_below(tmp_path)

    answer = rfm("run", "--orders", shop, *AS_OF, "--output", tmp_path)

    assert answer.code == 1
    assert answer.err.startswith(f"error: shop: {folder}: holds what no run wrote (")
    assert "notes.txt" in answer.err
    assert everything_below(tmp_path) == before


def test_a_stranger_is_refused_before_the_orders_are_read(tmp_path: Path) -> None:
    (tmp_path / "output" / "bad").mkdir(parents=True)
    (tmp_path / "output" / "bad" / "notes.txt").write_text("mine", "utf-8")
    (tmp_path / "bad.csv").write_text("not,orders\n", "utf-8")

    answer = rfm("run", "--orders", tmp_path / "bad.csv", *AS_OF, "--output", tmp_path / "output")

    assert "holds what no run wrote" in answer.err


def test_names_that_are_no_text_are_refused_one_and_all_with_a_remedy(shop: Path, tmp_path: Path) -> None:
    odd = tmp_path / "orders" / "odd\udcff"
    try:
        odd.mkdir(parents=True)
    except (OSError, UnicodeEncodeError):
        pytest.skip("this file system has text alone for names")
    for name in ("one.csv", "two.csv"):
        (odd / name).write_text(ORDERS, "utf-8")

    read = rfm("run", "--orders", odd.parent, *AS_OF, "--name", "odd", "--output", tmp_path / "output")
    written = rfm("run", "--orders", shop, *AS_OF, "--output", odd)

    remedy = "rename it, or set PYTHONUTF8=1 where the locale lacks its letters\n"
    shown = ascii(str(odd))[1:-1]
    assert read == (2, "", f"error: not in UTF-8: '{shown}/one.csv', '{shown}/two.csv'; {remedy}")
    assert written == (1, "", f"error: shop: not in UTF-8: '{shown}/shop'; {remedy}")
    assert {path.name for path in odd.iterdir()} == {"one.csv", "two.csv"}


@pytest.mark.parametrize("below", ["", "deeper"])
def test_an_output_that_is_a_file_is_refused_and_kept(below: str, shop: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("mine", "utf-8")

    answer = rfm("run", "--orders", shop, *AS_OF, "--output", tmp_path / "file" / below)

    assert (answer.code, answer.out) == (1, "")
    assert "could not be written" in answer.err
    assert everything_below(tmp_path) == {"file": b"mine"}


def test_an_output_that_cannot_be_written_is_reported_in_one_line(
    shop: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def forbidden(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("pathlib.Path.mkdir", forbidden)

    answer = rfm("run", "--orders", shop, *AS_OF, "--output", tmp_path / "output")

    expected = f"error: shop: {tmp_path / 'output' / 'shop'}: could not be written (Permission denied); "
    assert answer == (1, "", expected + "what was there before is untouched\n")


@pytest.mark.parametrize("error", [OSError(28, "No space left on device"), pl.exceptions.ComputeError("no space left")])
def test_a_write_that_fails_half_way_leaves_the_old_run_and_nothing_else(
    error: Exception, shop: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run(shop, tmp_path)
    before = everything_below(tmp_path)

    def full(*_: object) -> None:
        raise error

    monkeypatch.setattr(formats, "write_workbook", full)
    answer = rfm("run", "--orders", shop, *AS_OF, "--format", "csv", "--format", "xlsx", "--output", tmp_path)

    assert answer.code == 1
    assert "could not be written (" in answer.err
    assert everything_below(tmp_path) == before
    assert [path.name for path in tmp_path.iterdir()] == ["shop"]


def test_split_writes_each_list_on_its_own_and_loses_no_customer(shop: Path, tmp_path: Path) -> None:
    whole = read_rows(run(shop, tmp_path / "whole", "--by", "region,store_code") / "customers.csv")
    split = run(shop, tmp_path / "split", "--by", "region,store_code", "--split")

    lists = {path.parent.relative_to(split).as_posix(): read_rows(path) for path in split.rglob("customers.csv")}
    assert set(lists) == {"north/S1", "north/S2", "south/S1", "south/S3"}
    assert [row for name in sorted(lists) for row in lists[name]] == whole
    assert all(f"{row['region']}/{row['store_code']}" == name for name, rows in lists.items() for row in rows)


def test_split_says_in_how_many_folders_the_lists_are(shop: Path, tmp_path: Path) -> None:
    answer = done("run", "--orders", shop, *AS_OF, "--split", "--output", tmp_path)

    assert f"files: {tmp_path}/shop/ customers.csv in 2 folders, rejects.csv, run.json" in answer.out


@pytest.mark.parametrize("record", ["[]", "{", '{"outputs": 5}', '{"outputs": [5, {"file": []}]}', "\0"])
def test_a_record_that_is_none_protects_the_files_beside_it(record: str, shop: Path, tmp_path: Path) -> None:
    folder = tmp_path / "shop"
    folder.mkdir()
    (folder / "run.json").write_text(record)
    (folder / "letters.txt").write_text("dear")

    answer = rfm("run", "--orders", shop, "--as-of", "2025-07-01", "--output", tmp_path)

    assert answer.code == 1
    assert "holds what no run wrote (letters.txt, run.json)" in answer.err
    assert sorted(everything_below(folder)) == ["letters.txt", "run.json"]


def test_a_linked_folder_stays_a_link(shop: Path, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (tmp_path / "shop").symlink_to(elsewhere)
    (elsewhere / "customers.csv").write_text(ORDERS)
    assert rfm("run", "--orders", shop, "--as-of", "2025-07-01", "--output", tmp_path).code == 1
    (elsewhere / "customers.csv").unlink()

    assert rfm("run", "--orders", shop, "--as-of", "2025-07-01", "--output", tmp_path).code == 0

    assert (tmp_path / "shop").is_symlink()
    assert sorted(everything_below(elsewhere)) == ["customers.csv", "rejects.csv", "run.json"]


@pytest.mark.parametrize("large", [0, folders.LARGE])
def test_a_file_that_somebody_changed_since_is_refused_with_the_fix_before_anything_is_read(
    large: int, shop: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = run(shop, tmp_path, "--format", "xlsx")
    monkeypatch.setattr(folders, "LARGE", large)
    with (folder / "customers.xlsx").open("ab") as workbook:
        workbook.write(b"notes of a salesperson")
    before = everything_below(tmp_path)

    with monkeypatch.context() as patch:
        patch.setattr(pipeline, "run", None)
        answer = rfm("run", "--orders", shop, *AS_OF, "--output", tmp_path)

    message = (
        f"error: shop: {folder}: customers.xlsx was changed since it was written; "
        "save it elsewhere and delete it here, or choose another --output\n"
    )
    assert answer == (1, "", message)
    assert everything_below(tmp_path) == before
    (folder / "customers.xlsx").unlink()
    run(shop, tmp_path)


@pytest.mark.parametrize("large", [0, folders.LARGE])
def test_a_change_that_keeps_size_and_time_is_noticed(
    large: int, shop: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(folders, "LARGE", large)
    path = run(shop, tmp_path) / "customers.csv"
    times = (path.stat().st_atime_ns, path.stat().st_mtime_ns)
    path.write_bytes(path.read_bytes().replace(b"north", b"NORTH"))
    os.utime(path, ns=times)

    answer = rfm("run", "--orders", shop, *AS_OF, "--output", tmp_path)

    assert answer.code == 1
    assert "customers.csv was changed since it was written" in answer.err
    assert b"NORTH" in path.read_bytes()


@pytest.mark.parametrize("foreign", ["notes/", "elsewhere@", "pipe"])
def test_an_empty_folder_a_link_and_a_pipe_are_strangers_too(foreign: str, shop: Path, tmp_path: Path) -> None:
    folder = run(shop, tmp_path)
    make: dict[str, Callable[[], object]] = {
        "notes/": (folder / "notes").mkdir,
        "elsewhere@": lambda: (folder / "elsewhere").symlink_to(shop),
        "pipe": lambda: os.mkfifo(folder / "pipe"),
    }
    make[foreign]()

    answer = rfm("run", "--orders", shop, *AS_OF, "--output", tmp_path)

    assert (answer.code, f"holds what no run wrote ({foreign}); " in answer.err) == (1, True), answer.err


def test_the_folders_of_lists_whose_files_were_deleted_are_the_run_s_own(shop: Path, tmp_path: Path) -> None:
    folder = run(shop, tmp_path, "--split")
    (folder / "north" / "customers.csv").unlink()

    run(shop, tmp_path)

    assert sorted(everything_below(folder)) == ["customers.csv", "rejects.csv", "run.json"]


@pytest.mark.parametrize("fault", ["notes.txt", "customers.csv"])
def test_where_another_run_takes_its_place_meanwhile_that_one_is_looked_at(
    fault: str, shop: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, other = run(shop, tmp_path, "--split"), run(shop, tmp_path / "other")
    look = folders.find_foreign

    def look_while_absent(place: Path, outputs: list[FileDigest] | None) -> list[str]:
        folder.rename(tmp_path / "away")
        monkeypatch.setattr(folders, "find_foreign", look)
        try:
            return look(place, outputs)
        finally:
            other.rename(folder)

    monkeypatch.setattr(folders, "find_foreign", look_while_absent)
    folders.refuse_foreign_files(folder)
    (folder / fault).write_text("mine", "utf-8")
    with pytest.raises(OutputError, match=fault):
        folders.refuse_foreign_files(folder)
