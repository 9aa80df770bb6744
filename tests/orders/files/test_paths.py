"""Which files paths, globs and folders name."""

from __future__ import annotations

import socket
from typing import TYPE_CHECKING

import polars as pl
import pytest

from rfm_engine.errors import UsageError
from rfm_engine.orders.files.paths import find_confined_files, find_order_files
from tests.orders.readers.files import (
    write,
)
from tests.terminal import AS_OF, done, read_rows, rfm

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

KEYS = "orders = [{}]\nas_of = 2025-07-01\n"
LEADING_OUT = ["../out/o.csv", "../*/o.csv", "x/../../out/o.csv", "OUT/o.csv", "OUT", "/", "link.csv", "l*.csv"]
LEADING_OUT += [
    "folder",
    "folder/o.csv",
    "*/o.csv",
    "../absent.csv",
    "folder/d*",
    "..",
    "C:\\o.csv",
    "..\\o.csv",
    "\\\\host\\o.csv",
]
REMOTE = [
    "http://127.0.0.1:1/o.csv",
    "https://h/o.parquet",
    "s3://b/o.parquet",
    "gs://b/*.csv",
    "az://b/o.csv",
    "hf://d/o",
]
REMOTE += ["file:///etc/hosts", "abfss://c@a/o.parquet", "ftp://h/o.csv"]


def test_patterns_find_files_folders_and_globs_once_each_and_sorted(tmp_path: Path) -> None:
    for name in ("b.csv", "a.csv", "in/c.parquet", "in/_tmp/d.csv", "in/.e.csv", "in/readme.md"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()

    assert [file.path for file in find_order_files(["*.csv", "in"], tmp_path)] == [
        tmp_path / name for name in ("a.csv", "b.csv", "in/c.parquet")
    ]


def test_of_many_patterns_without_a_file_the_first_are_named(tmp_path: Path) -> None:
    patterns = [f"{number}.csv" for number in range(5_000)]

    with pytest.raises(UsageError, match=r"^no order file matches '0\.csv', .*, '11\.csv' and 4,988 more \(looked in"):
        find_order_files(patterns, tmp_path)


def test_patterns_without_a_file_and_files_named_twice_are_all_told(tmp_path: Path) -> None:
    write(tmp_path, "", "a.csv")
    (tmp_path / "link.csv").symlink_to(tmp_path / "a.csv")

    with pytest.raises(UsageError, match=r"'b\.csv', 'no\*'"):
        find_order_files(["a.csv", "b.csv", "no*"], tmp_path)
    with pytest.raises(UsageError, match=r"more than once: .*link\.csv"):
        find_order_files(["*.csv"], tmp_path)
    with pytest.raises(UsageError, match=r"more than once: .*a\.csv"):
        find_order_files(["a.csv", "./a.csv"], tmp_path)


@pytest.fixture
def fence(tmp_path: Path) -> Path:
    """A dataset's folder, and order files outside of it that links in it lead to."""
    folder, outside = tmp_path / "in", tmp_path / "out"
    for place in (folder, outside, outside / "deep"):
        place.mkdir()
        (place / "o.csv").write_text("customer_id,order_amount,order_time\nc,5,2025-01-01\n", "utf-8")
    (folder / "link.csv").symlink_to(outside / "o.csv")
    (folder / "folder").symlink_to(outside)
    (folder / "inner.csv").symlink_to(folder / "o.csv")
    return folder


@pytest.mark.parametrize("command", ["check", "run"])
@pytest.mark.parametrize("pattern", LEADING_OUT)
def test_a_dataset_file_reads_nothing_outside_its_folder(
    command: str, pattern: str, fence: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    written = pattern.replace("OUT", str(tmp_path / "out"))
    (fence / "dataset.toml").write_text(KEYS.format(f"'o.csv', '{written}'"), "utf-8")

    answer = rfm(command, fence)

    assert answer.code == 2
    assert "outside the dataset's folder" in answer.err
    assert not (tmp_path / "output").exists()


def test_all_that_leads_out_is_reported_at_once(fence: Path, tmp_path: Path) -> None:
    with pytest.raises(UsageError) as refused:
        find_confined_files(["o.csv", "../out/o.csv", "/etc/hosts", "link.csv"], fence)

    offenders = ("../out/o.csv", "/etc/hosts", f"{fence / 'link.csv'} (a link to {tmp_path / 'out' / 'o.csv'})")
    assert all(one in str(refused.value) for one in offenders)


@pytest.mark.parametrize("pattern", ["o.csv", "./o.csv", "*.csv", "."])
def test_what_lies_in_the_folder_is_read_also_by_way_of_a_link_to_the_folder(
    pattern: str, fence: Path, tmp_path: Path
) -> None:
    for name in ("link.csv", "folder", "inner.csv"):
        (fence / name).unlink()
    (tmp_path / "alias").symlink_to(fence)

    assert [file.path.name for file in find_confined_files([pattern], tmp_path / "alias")] == ["o.csv"]


def test_a_link_within_the_folder_is_read(fence: Path) -> None:
    assert [file.path for file in find_confined_files(["inner.csv"], fence)] == [fence / "inner.csv"]


@pytest.mark.parametrize("pattern", ["../out/o.csv", "OUT/o.csv", "link.csv", "folder"])
def test_the_command_line_may_name_any_path(
    pattern: str, fence: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(fence)
    done("check", "--orders", pattern.replace("OUT", str(tmp_path / "out")), *AS_OF)


@pytest.fixture
def offline(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[object]]:
    """Count the connections that are tried, and fail them."""
    tried: list[object] = []

    def refuse(_: socket.socket, address: object) -> None:
        tried.append(address)
        raise OSError

    monkeypatch.setattr(socket.socket, "connect", refuse)
    yield tried
    assert tried == []


@pytest.mark.parametrize("remote", REMOTE)
def test_no_remote_path_is_read_whoever_names_it(remote: str, tmp_path: Path, offline: list[object]) -> None:
    (tmp_path / "dataset.toml").write_text(KEYS.format(f"'{remote}'"), "utf-8")

    by_file, by_command = rfm("check", tmp_path), rfm("check", "--orders", remote, *AS_OF)

    assert (by_file.code, by_command.code) == (2, 2)
    assert f"remote paths are not read: {remote}" in by_file.err
    assert f"remote paths are not read: {remote}" in by_command.err
    assert ("--remote copies them" in by_file.err) == remote.startswith("s3://")
    assert offline == []


@pytest.mark.parametrize("remote", [one for one in REMOTE if not one.startswith("s3://")])
def test_what_is_no_object_store_is_not_read_with_remote_either(remote: str, offline: list[object]) -> None:
    answer = rfm("check", "--orders", remote, "--remote", *AS_OF)

    assert (answer.code, f"remote paths are not read: {remote}" in answer.err) == (2, True)
    assert offline == []


@pytest.mark.parametrize("form", ["csv", "parquet", "ndjson", "ipc"])
@pytest.mark.parametrize("name", ["o[1]", "o*", "o?", "s3:", "[x]"])
def test_the_name_of_a_file_is_a_name_and_no_pattern(name: str, form: str, tmp_path: Path) -> None:
    frame = pl.DataFrame({"customer_id": ["right"], "order_amount": ["5"], "order_time": ["2025-01-01"]})
    folder = tmp_path / "h[o]st*"
    (folder / "b").mkdir(parents=True)
    for other in ("o1", "oo", "x", "ox"):
        getattr(frame.with_columns(customer_id=pl.lit("wrong")), f"write_{form}")(folder / f"{other}.{form}")
    with (folder / f"{name}.{form}").open("wb") as file:
        getattr(frame, f"write_{form}")(file)
    (folder / "dataset.toml").write_text(KEYS.format(f"'{name}.{form}'"), "utf-8")

    done("run", folder / "dataset.toml", "--name", "n", "--output", tmp_path / "output")

    assert [row["customer_id"] for row in read_rows(tmp_path / "output" / "n" / "customers.csv")] == ["right"]
