"""A run's folder holds the old run or the new one, whole, whatever happens to the process, the disk or the orders."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import threading
from collections import Counter
from stat import S_IMODE
from time import perf_counter
from typing import TYPE_CHECKING, Any

import pytest

from rfm_engine.system import atomic_dir as replacing
from rfm_engine.system import temp_dir
from tests.processes import (
    STAGED_ON_DISK,
    Place,
    began,
    ended,
    kill,
    succeeded,
    without_record,
)
from tests.terminal import Answer, everything_below, record_of, rfm, run

if TYPE_CHECKING:
    from pathlib import Path

KILLS = int(os.environ.get("RFM_KILLS", "20"))
FORMATS = ("csv", "parquet", "ndjson", "xlsx")
EVERY_FORMAT = [word for form in FORMATS for word in ("--format", form)]
WITHOUT_EXCHANGE = "from rfm_engine.system import atomic_dir; atomic_dir._exchange = lambda new, old: False"
KILLED_BETWEEN_RENAMES = f"""
import os, pathlib
{WITHOUT_EXCHANGE}
rename = pathlib.Path.rename
def once(self, target):
    if self.name == "new" and not pathlib.Path(target).exists():
        os.kill(os.getpid(), 9)
    return rename(self, target)
pathlib.Path.rename = once
"""


def test_killed_at_any_moment_the_old_run_or_the_new_one_is_there_whole(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    temp_dir.process_temp_dir()  # this process has its own elsewhere
    monkeypatch.setattr(temp_dir, "gettempdir", lambda: str(place.temporary))
    draw, outcomes = random.Random(), Counter[str]()
    how: dict[str, Any] = {"variables": {"TMPDIR": str(place.temporary)}, "before": STAGED_ON_DISK}
    days = [f"2025-07-{day:02}" for day in (1, 2)]
    expected = {}
    for day in days:
        began_at = perf_counter()
        succeeded(*place.words(day, *EVERY_FORMAT), **how)
        seconds = perf_counter() - began_at
        expected[day] = without_record(place.folder)
    assert expected[days[0]] != expected[days[1]]
    for number in range(KILLS):
        before, day = everything_below(place.folder), days[number % 2]
        process = began(*place.words(day, *EVERY_FORMAT), **how)
        try:
            process.wait(draw.uniform(0.3, 1.15) * seconds)
        except subprocess.TimeoutExpired:
            kill(process)
        code, _, err = ended(process)
        assert code in {0, -signal.SIGKILL}, err
        now = everything_below(place.folder)
        if now == before:
            outcomes["the old run"] += 1
        else:
            assert without_record(place.folder) == expected[day]
            assert record_of(place.folder)["dataset"]["as_of"] == day
            outcomes["the new run, killed" if code else "the new run, ended before"] += 1
        outcomes["with left-overs"] += bool(place.left_overs())
        assert rfm(*place.words(day, *EVERY_FORMAT)) == Answer(0, "", "")
        assert without_record(place.folder) == expected[day]
        assert place.left_overs() == []
    print(f"\n{KILLS} runs killed at random moments: {dict(outcomes)}; every next run succeeded")  # noqa: T201 for the README


def test_killed_between_two_renames_the_old_run_comes_back(place: Place) -> None:
    succeeded(*place.words())
    old = everything_below(place.folder)

    code, _, err = ended(began(*place.words("2025-07-02"), before=KILLED_BETWEEN_RENAMES))

    assert (code, err[:34]) == (1, "error: the system killed the run, ")
    assert not place.folder.exists()
    assert rfm("verify", place.folder).code == 0
    assert everything_below(place.folder) == old
    assert place.left_overs() == []


def test_without_an_exchange_of_folders_a_run_replaces_the_old_one_all_the_same(place: Place) -> None:
    succeeded(*place.words())

    succeeded(*place.words("2025-07-02"), before=WITHOUT_EXCHANGE)

    assert record_of(place.folder)["dataset"]["as_of"] == "2025-07-02"
    assert place.left_overs() == []


def test_of_two_runs_at_once_one_is_there_whole(place: Place) -> None:
    expected = {}
    for day in ("2025-07-01", "2025-07-02", "2025-07-03"):
        assert rfm(*place.words(day)).code == 0
        expected[day] = without_record(place.folder)
    for before in ("", WITHOUT_EXCHANGE):
        processes = [began(*place.words(day), before=before) for day in expected]
        codes = [ended(process) for process in processes]
        assert {code for code, _, _ in codes} <= {0, 1}
        assert 0 in {code for code, _, _ in codes}
        assert all("could not be written" in err for code, _, err in codes if code), codes
        assert without_record(place.folder) == expected[record_of(place.folder)["dataset"]["as_of"]]
        assert rfm("verify", place.folder).code == 0
        assert place.left_overs() == []


def test_a_reader_never_finds_the_folder_absent_or_half_replaced(tmp_path: Path) -> None:
    folder, seen, over = tmp_path / "run", Counter[str](), threading.Event()

    def write(text: str) -> None:
        with replacing.atomic_dir(folder, lambda _: None) as partial:
            for name in ("run.json", "rejects.csv"):
                (partial / name).write_text(text)

    def read() -> None:
        while not over.is_set():
            seen["looks"] += 1
            seen["absent"] += not folder.exists()
            try:
                record, other = (folder / "run.json").read_text(), (folder / "rejects.csv").read_text()
                unmoved = (folder / "run.json").read_text() == record
            except FileNotFoundError:  # the old run went away between its name and its file
                continue
            seen["mixed"] += unmoved and record != other
            seen["torn"] += record not in texts

    texts = {f"run {number}\n" * 2_000 for number in range(100)}
    write(min(texts))
    reader = threading.Thread(target=read)
    reader.start()
    for text in sorted(texts):
        write(text)
    over.set()
    reader.join()

    print(f"\n100 replacements under a reader: {dict(seen)}")  # noqa: T201 for the README
    assert seen["looks"] > 100
    if sys.platform == "linux":
        assert (seen["absent"], seen["mixed"], seen["torn"]) == (0, 0, 0)


def test_a_folder_that_was_closed_to_others_stays_closed(shop: Path, tmp_path: Path) -> None:
    folder = run(shop, tmp_path)
    folder.chmod(0o700)
    (folder / "customers.csv").chmod(0o640)

    run(shop, tmp_path, "--format", "csv", "--format", "parquet")

    assert S_IMODE(folder.stat().st_mode) == 0o700
    assert S_IMODE((folder / "customers.csv").stat().st_mode) == 0o640


@pytest.mark.parametrize("has_call", [True, False])
def test_every_file_and_folder_is_flushed_or_the_whole_file_system_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, has_call: bool
) -> None:
    flushed: list[str] = []
    monkeypatch.setattr(replacing, "MANY", 2)
    monkeypatch.setattr(replacing, "_sync", lambda path: flushed.append(str(path).rpartition(os.sep)[2]))
    if not has_call:
        monkeypatch.setattr(replacing, "_sync_file_system", lambda _: False)

    with replacing.atomic_dir(tmp_path / "out", lambda _: None) as new:
        (new / "a").mkdir()
        (new / "a" / "b").touch()

    inner = [] if has_call and sys.platform == "linux" else ["", "", "b"]
    assert sorted(flushed) == sorted([*inner, tmp_path.name])
