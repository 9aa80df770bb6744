"""A dataset file, a name and a list lead nowhere outside their folders, and no path leads to the network."""

from __future__ import annotations

import socket
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rfm_engine.errors import UsageError
from rfm_engine.orders.files.paths import find_confined_files
from rfm_engine.output.folder_names import folder_name
from tests.terminal import AS_OF, done, everything_below, read_rows, rfm, run

if TYPE_CHECKING:
    from collections.abc import Iterator

KEYS = "orders = [{}]\nas_of = 2025-07-01\n"


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


@pytest.mark.parametrize(
    "name", ["..", ".", "../x", "a/b", "a\\b", "/etc", "C:", ".hidden", "", " ", "a\0b", "a\nb", "*"]
)
def test_a_dataset_s_name_is_no_path(name: str, shop: Path, tmp_path: Path) -> None:
    answer = rfm("run", "--orders", shop, *AS_OF, "--name", name, "--output", tmp_path / "output")

    assert answer.code == 2
    assert list(tmp_path.iterdir()) == []


@given(st.text(min_size=1) | st.sampled_from(["..", ".", "../..", "/etc", "\\", "C:\\x", "~", "a/../../b", "%2E"]))
def test_a_list_s_folder_is_one_folder_below_the_run_s(value: str) -> None:
    result = Path("/run", folder_name(value))

    assert result.parent == Path("/run")
    assert result.name not in {"", ".", ".."}
    assert "\\" not in result.name


def test_lists_of_hostile_names_stay_within_the_run_s_folder(tmp_path: Path) -> None:
    regions = ["..", ".", "../../up", "/abs", "C:\\x", "~", "a/b"]
    rows = [f"c{n},{region},5,2025-01-01" for n, region in enumerate(regions)]
    orders = tmp_path / "in" / "o.csv"
    orders.parent.mkdir()
    orders.write_text("\n".join(["customer_id,region,order_amount,order_time", *rows]), "utf-8")

    folder = run(orders, tmp_path / "output", "--split")

    assert len(list(folder.glob("*/customers.csv"))) == len(regions)
    files = everything_below(tmp_path)
    assert all(name.startswith(("in/", "output/o/")) for name in files)


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


REMOTE = [
    "http://127.0.0.1:1/o.csv",
    "https://h/o.parquet",
    "s3://b/o.parquet",
    "gs://b/*.csv",
    "az://b/o.csv",
    "hf://d/o",
]
REMOTE += ["file:///etc/hosts", "abfss://c@a/o.parquet", "ftp://h/o.csv"]


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
