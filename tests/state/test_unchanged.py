"""A file that is in the state in which it was read is not read again for its digest."""

from __future__ import annotations

import os
import time
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest

from rfm_engine.orders.files.fingerprints import InputFingerprints
from rfm_engine.state import unchanged
from rfm_engine.state.unchanged import list_states
from tests.laws.months import job_of, reason_of, row, write_month

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.skipif(os.name == "nt", reason="Windows keeps no time of a file's last change of any kind")


@pytest.fixture
def read_months(months: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the folder of months that were old enough when they were read last."""
    monkeypatch.setattr(unchanged, "YOUNG_NS", 0)
    time.sleep(0.02)  # so long a tick of the clock can be
    assert reason_of(months) is None
    return months


def _count_digested(folder: Path, **keys: Any) -> int:  # noqa: ANN401 keys of a dataset
    """Return the bytes that a run with a state digests, beside those of the run without one that it is compared to."""
    before, sizes = InputFingerprints.digested_bytes, sum(path.stat().st_size for path in folder.glob("*.*"))
    assert reason_of(folder, **keys) is None
    return InputFingerprints.digested_bytes - before - sizes


def test_a_known_file_is_digested_only_where_that_is_requested(read_months: Path) -> None:
    size = (read_months / "m1.parquet").stat().st_size

    assert _count_digested(read_months) == 0
    assert _count_digested(read_months, state_check="digest") == size
    write_month(read_months, "m2", [row("o4", 31)])
    assert _count_digested(read_months) == (read_months / "m2.parquet").stat().st_size


def test_a_file_that_a_run_read_whole_is_not_digested_by_the_next_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(unchanged, "YOUNG_NS", 0)
    write_month(tmp_path, "m1", [row("o1", 1)])
    time.sleep(0.02)

    assert reason_of(tmp_path) == "nothing is kept yet"
    assert _count_digested(tmp_path) == 0


def test_a_file_that_was_touched_is_digested_once(read_months: Path) -> None:
    (read_months / "m1.parquet").touch()
    time.sleep(0.02)

    assert _count_digested(read_months) == (read_months / "m1.parquet").stat().st_size
    assert _count_digested(read_months) == 0


@pytest.mark.parametrize("replace", [False, True])
def test_a_change_shows_though_size_and_times_are_put_back(read_months: Path, *, replace: bool) -> None:
    path = read_months / "m1.parquet"
    content, state = path.read_bytes(), path.stat()
    time.sleep(0.02)
    if replace:
        path.unlink()
    path.write_bytes(content.replace(b"tent", b"rope"))
    os.utime(path, ns=(state.st_atime_ns, state.st_mtime_ns))

    assert path.stat().st_size == state.st_size
    assert reason_of(read_months) == "m1.parquet changed"


def test_a_file_that_changed_a_moment_ago_may_change_unseen(months: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    files = job_of(months).files
    assert list_states(files) == {}

    changed = (months / "m1.parquet").stat().st_ctime_ns
    monkeypatch.setattr(time, "time_ns", lambda: changed + unchanged.YOUNG_NS + 1)
    assert [*list_states(files)] == [str(months / "m1.parquet")]
    monkeypatch.setattr(time, "time_ns", lambda: changed + unchanged.YOUNG_NS)
    assert list_states(files) == {}


def test_a_file_that_is_gone_or_of_windows_shows_no_change(months: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    files = job_of(months).files
    monkeypatch.setattr(time, "time_ns", lambda: 2**62)
    assert [*list_states(files)] == [str(months / "m1.parquet")]

    with monkeypatch.context() as windows:
        windows.setattr(unchanged, "os", SimpleNamespace(name="nt"))
        assert list_states(files) == {}
    (months / "m1.parquet").unlink()
    assert list_states(files) == {}
