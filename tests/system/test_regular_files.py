"""What is opened is a regular file, and a change of it shows."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from rfm_engine.system.regular_files import describe_state, find_state, open_regular

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def path(tmp_path: Path) -> Path:
    found = tmp_path / "o.csv"
    found.write_text("abc", "utf-8")
    return found


def test_a_file_is_read_and_a_link_to_it_where_links_are_followed(path: Path, tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(path)

    with open_regular(path, follow_links=False) as file, open_regular(tmp_path / "link") as linked:
        assert file.read() == linked.read() == b"abc"
    with pytest.raises(OSError, match="link"):
        open_regular(tmp_path / "link", follow_links=False)


def test_a_folder_and_a_pipe_are_refused_without_waiting(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")

    for place in (tmp_path, tmp_path / "pipe"):
        with pytest.raises(OSError, match=r"not a regular file|directory"):
            open_regular(place)
    with pytest.raises(FileNotFoundError):
        open_regular(tmp_path / "gone")


def test_a_change_shows_though_size_and_time_are_put_back(path: Path) -> None:
    before, status = find_state(path), path.stat()
    assert before == find_state(path)

    path.write_text("xyz", "utf-8")
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))

    after = find_state(path)
    assert after != before
    assert after is not None
    assert before is not None
    assert (after.size, after.modified_ns) == (before.size, before.modified_ns)


def test_the_state_of_an_open_file_is_that_of_its_path_and_one_that_is_gone_has_none(path: Path) -> None:
    with path.open("rb") as file:
        assert describe_state(os.fstat(file.fileno())) == find_state(path)
    path.unlink()
    assert find_state(path) is None
