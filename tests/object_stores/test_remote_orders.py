"""Orders in an object store give the lists that the same orders give on disk, and only `--remote` reaches it."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING

import polars as pl
import pytest

import rfm_engine
from tests.servers.object_store import SECRET, needs_object_store, put
from tests.terminal import AS_OF, ORDERS, done, record_of, rfm

if TYPE_CHECKING:
    from pathlib import Path

    from tests.terminal import Answer

pytestmark = needs_object_store
HEADER, *ROWS = ORDERS.splitlines(keepends=True)
BROKEN = "9,0009,S1,north,tent,none,2025-06-21 08:00:00\n"


def run_remote(uri: str, output: Path, *words: object) -> Answer:
    return rfm("run", "--orders", uri, "--remote", *AS_OF, "--output", output, "-q", *words)


def lay_out(keys: dict[str, str], folder: Path, files: dict[str, bytes]) -> None:
    """Put the same files into the store and on disk."""
    for name, content in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
        put(keys, f"{folder.name}/{name}", content)


def test_objects_give_the_bytes_of_the_same_files_on_disk(keys: dict[str, str], tmp_path: Path) -> None:
    folder = tmp_path / "2025 年"
    texts = {"四川 订单 1.csv": HEADER + "".join(ROWS[:2]), "a%20b+c.csv": HEADER + "".join(ROWS[2:]) + BROKEN}
    lay_out(keys, folder, {name: text.encode() for name, text in texts.items()})

    assert run_remote("s3://shop/2025 年/*.csv", tmp_path / "far").code == 0
    done("run", "--orders", folder / "*.csv", *AS_OF, "--output", tmp_path / "near", "--name", "2025 年", "-q")

    far, near = tmp_path / "far" / "2025 年", tmp_path / "near" / "2025 年"
    assert (far / "customers.csv").read_bytes() == (near / "customers.csv").read_bytes()
    rejects = [(place / "rejects.csv").read_text("utf-8") for place in (far, near)]
    assert rejects[0] == rejects[1].replace(folder.as_posix(), "s3://shop/2025 年")
    assert record_of(far)["ledger"] == record_of(near)["ledger"]


def test_a_record_has_the_uri_the_version_and_the_digest_of_each_object(keys: dict[str, str], tmp_path: Path) -> None:
    lay_out(keys, tmp_path / "recorded", {"o.csv": ORDERS.encode()})
    done("run", "--orders", tmp_path / "recorded" / "o.csv", *AS_OF, "--output", tmp_path / "near", "-q")

    run_remote("s3://shop/recorded/o.csv", tmp_path / "far")

    (far,), (near,) = (record_of(tmp_path / place / "o")["inputs"] for place in ("far", "near"))
    assert far["file"] == "s3://shop/recorded/o.csv"
    assert far["etag"].strip('"')
    assert {key: far[key] for key in ("bytes", "sha256")} == {key: near[key] for key in ("bytes", "sha256")}
    assert "etag" not in near


def test_folders_of_columns_count_as_on_disk(keys: dict[str, str], tmp_path: Path) -> None:
    frame = pl.read_csv(ORDERS.encode(), infer_schema=False)
    folder = tmp_path / "hive"
    for (region,), rows in frame.group_by("region"):
        place = folder / f"region={region}" / "0.parquet"
        place.parent.mkdir(parents=True)
        rows.drop("region").write_parquet(place)
        put(keys, f"hive/region={region}/0.parquet", place.read_bytes())

    assert run_remote("s3://shop/hive", tmp_path / "far").code == 0
    done("run", "--orders", folder, *AS_OF, "--output", tmp_path / "near", "-q")

    lists = [(tmp_path / place / "hive" / "customers.csv").read_bytes() for place in ("far", "near")]
    assert lists[0] == lists[1]


def test_a_dataset_file_reaches_a_store_only_when_the_command_says_so(keys: dict[str, str], tmp_path: Path) -> None:
    put(keys, "dataset/far.csv", (HEADER + "".join(ROWS[:3])).encode())
    (tmp_path / "near.csv").write_text(HEADER + "".join(ROWS[3:]), "utf-8")
    table = 'orders = [{files = ["near.csv", "s3://shop/dataset/*.csv"], unit = "fen"}]\nas_of = 2025-07-01\n'
    (tmp_path / "dataset.toml").write_text(f'name = "both"\n{table}', "utf-8")

    refused = rfm("run", tmp_path, "--output", tmp_path / "output")

    assert (refused.code, "--remote copies them" in refused.err) == (2, True)
    done("run", tmp_path, "--remote", "--output", tmp_path / "output", "-q")
    assert rfm_engine.run(tmp_path, remote=True).ledger.read == len(ROWS)
    record = record_of(tmp_path / "output" / "both")
    assert [one["file"] for one in record["inputs"]] == [f"{tmp_path}/near.csv", "s3://shop/dataset/far.csv"]
    assert record["ledger"]["read"] == len(ROWS)


def test_check_describes_objects_as_files(keys: dict[str, str]) -> None:
    put(keys, "checked/o.csv", ORDERS.encode())

    said = done("check", "--orders", "s3://shop/checked/o.csv", "--remote", *AS_OF).out

    assert "s3://shop/checked/o.csv" in said


def test_what_is_wrong_with_an_object_names_its_uri(keys: dict[str, str], tmp_path: Path) -> None:
    put(keys, "broken/o.parquet", b"PAR1 no more")

    answer = run_remote("s3://shop/broken/o.parquet", tmp_path)

    assert (answer.code, "s3://shop/broken/o.parquet" in answer.err) == (1, True)


@pytest.mark.parametrize(
    ("uri", "changed", "expected"),
    [
        ("s3://shop/none/o.csv", {}, "no order file matches 's3://shop/none/o.csv'"),
        ("s3://shop/none/*.csv", {}, "no order file matches"),
        ("s3://absent/o.csv", {}, "bucket does not exist"),
        ("s3://shop/begin", {"AWS_SECRET_ACCESS_KEY": "wrong-77"}, "check AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY"),
        ("s3://shop/*.csv", {"AWS_SECRET_ACCESS_KEY": "wrong-77"}, "SignatureDoesNotMatch"),
        ("s3://shop/*.csv", {"AWS_ACCESS_KEY_ID": "other-78"}, "InvalidAccessKeyId"),
        ("s3://shop/*.csv", {"AWS_ACCESS_KEY_ID": ""}, "set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY"),
        ("s3://shop/*.csv", {"AWS_ENDPOINT_URL": "http://u:wrong-79@127.0.0.1:1"}, "127.0.0.1:1 does not give it"),
        ("s3://key:wrong-80@shop/o.csv", {}, "keys to a store stand in AWS_ACCESS_KEY_ID"),
        ("s3:///o.csv", {}, "expected s3://bucket/key"),
        ("gs://shop/o.csv", {}, "remote paths are not read"),
    ],
)
@pytest.mark.usefixtures("keys")
def test_what_a_store_does_not_give_is_said_in_one_line_without_keys(
    uri: str, changed: dict[str, str], expected: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in changed.items():
        monkeypatch.setenv(name, value)

    answer = run_remote(uri, tmp_path)

    assert (answer.code in (1, 2), answer.out) == (True, "")
    assert expected in answer.err
    assert len(answer.err.strip().splitlines()) == 1
    assert not [word for word in (SECRET, "wrong-", "other-78") if word in answer.err]


def test_no_key_stands_in_what_is_written(keys: dict[str, str], tmp_path: Path) -> None:
    put(keys, "written/o.csv", ORDERS.encode())

    said = rfm("run", "--orders", "s3://shop/written/o.csv", "--remote", *AS_OF, "--output", tmp_path)

    written = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    assert SECRET.encode() not in written + (said.out + said.err).encode()
    assert keys["AWS_ENDPOINT_URL"].encode() not in written


def test_one_object_twice_and_a_state_are_refused(keys: dict[str, str], tmp_path: Path) -> None:
    put(keys, "twice/o.csv", ORDERS.encode())

    twice = run_remote("s3://shop/twice/o.csv", tmp_path, "--orders", "s3://shop/twice/*.csv")
    state = run_remote("s3://shop/twice/o.csv", tmp_path, "--state", "kept")

    assert (twice.code, "named more than once: s3://shop/twice/o.csv" in twice.err) == (2, True)
    assert (state.code, "leave it out" in state.err) == (2, True)


@pytest.mark.parametrize("log", ["_delta_log/00000000000000000000.json", "metadata/v1.metadata.json"])
def test_a_table_of_a_lake_is_refused(log: str, keys: dict[str, str], tmp_path: Path) -> None:
    for name in (log, "part-0.parquet"):
        put(keys, f"tables/{log[:4]}/{name}", b"{}")

    answer = run_remote(f"s3://shop/tables/{log[:4]}", tmp_path)

    assert (answer.code, "a table of a lake" in answer.err) == (1, True)


def test_a_package_that_is_absent_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "obstore", None)
    monkeypatch.setitem(sys.modules, "obstore.store", None)

    answer = run_remote("s3://shop/o.csv", tmp_path)

    assert answer.code == 2
    assert "pip install 'rfm-engine[remote]'" in answer.err


def test_verify_says_what_it_did_not_compare_and_compares_it_when_it_may(
    keys: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lay_out(keys, tmp_path / "verified", {"a.csv": ORDERS.encode(), "b.csv": HEADER.encode()})
    run_remote("s3://shop/verified", tmp_path / "output")
    folder = tmp_path / "output" / "verified"

    with monkeypatch.context() as offline:
        offline.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:1")
        short = done("verify", folder).out
        copies = done("verify", folder, "--orders-in", tmp_path / "verified").out
        explained = done("explain", "0012", "--run", folder).out
    whole = done("verify", folder, "--remote").out
    put(keys, "verified/a.csv", ORDERS.replace("5,2025", "6,2025").encode())
    changed = rfm("verify", folder, "--remote")

    assert short.startswith("0 inputs and 2 outputs are what run.json says\n")
    assert "s3://shop/verified/a.csv, s3://shop/verified/b.csv; add --remote" in " ".join(short.split())
    assert copies.startswith("2 inputs and 2 outputs")
    assert "0012" in explained
    assert whole == "2 inputs and 2 outputs are what run.json says\n"
    assert (changed.code, changed.out) == (
        1,
        "input s3://shop/verified/a.csv: changed, the same size but another digest\n",
    )
    assert json.loads((folder / "run.json").read_text("utf-8"))["dataset"]["orders"] == ["s3://shop/verified"]
