"""Digests of files: taken once while a file stays what it is, and ahead of time."""

from __future__ import annotations

import hashlib
import os
from time import sleep
from typing import TYPE_CHECKING

import pytest

from rfm_engine.system import digests
from rfm_engine.system.digests import digest_ahead, digest_files_ahead, find_digest, take_digest

if TYPE_CHECKING:
    from io import BufferedReader
    from pathlib import Path


def _sha256(content: bytes) -> tuple[int, str]:
    return len(content), hashlib.sha256(content).hexdigest()


def test_a_file_that_changed_is_digested_anew_even_if_size_and_time_are_as_before(tmp_path: Path) -> None:
    file = tmp_path / "customers.csv"
    file.write_bytes(b"before")
    then = file.stat()
    assert find_digest(file) == _sha256(b"before")
    sleep(0.02)  # longer than the kernel's clock between two times of change
    file.write_bytes(b"behind")
    os.utime(file, ns=(then.st_atime_ns, then.st_mtime_ns))
    assert find_digest(file) == take_digest(file) == _sha256(b"behind")


def test_a_file_that_stayed_is_not_read_again_wherever_it_was_moved(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "new").mkdir()
    (tmp_path / "new" / "customers.csv").write_bytes(b"customers")
    known = find_digest(tmp_path / "new" / "customers.csv")
    monkeypatch.setattr(digests, "_read", lambda _: pytest.fail("read again"))
    assert find_digest((tmp_path / "new").rename(tmp_path / "run") / "customers.csv") == known


def test_digests_of_a_folder_are_taken_ahead(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "list").mkdir()
    (tmp_path / "list" / "customers.csv").write_bytes(b"ahead")
    (tmp_path / "gone").symlink_to("nowhere")
    digest_ahead([tmp_path, tmp_path / "absent"]).join()
    monkeypatch.setattr(digests, "_read", lambda _: pytest.fail("read again"))
    assert find_digest(tmp_path / "list" / "customers.csv") == _sha256(b"ahead")


@pytest.mark.parametrize("size", [0, 1, digests.HEAD - 1, digests.HEAD, digests.HEAD + 1, 9 * digests.HEAD])
def test_every_byte_counts_in_a_file_of_any_size(size: int, tmp_path: Path) -> None:
    content = (bytes(range(251)) * (size // 251 + 1))[:size]
    (tmp_path / "file").write_bytes(content)
    assert take_digest(tmp_path / "file") == _sha256(content)


def test_who_needs_a_digest_that_is_being_taken_waits_for_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "large").write_bytes(b"large")
    taken: list[str] = []

    def read_slowly(file: BufferedReader) -> digests.Digest:
        sleep(0.1)
        taken.append(file.name)
        return digests.Digest(5, "of the slow")

    monkeypatch.setattr(digests, "_read", read_slowly)
    thread = digest_files_ahead([tmp_path / "absent", tmp_path / "large"])
    sleep(0.02)

    assert find_digest(tmp_path / "large") == (5, "of the slow")
    thread.join()
    assert len(taken) == 1
