"""Temporary files stand in one folder a process, which goes away with it; those of killed processes too."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from rfm_engine.system.temp_dir import PREFIX, process_temp_dir, remove_abandoned_temp_dirs, temp_dir

if TYPE_CHECKING:
    from pathlib import Path

PROGRAM = """
import os, sys
from pathlib import Path
from rfm_engine.system.temp_dir import process_temp_dir
place = Path(sys.argv[1])
assert process_temp_dir(place) is process_temp_dir(place)
assert process_temp_dir(place).is_dir()
print(process_temp_dir(place))
sys.stdout.flush()
if sys.argv[2] == "killed":
    os.kill(os.getpid(), 9)
"""


def run_process(place: Path, ends: str) -> str:
    words = [sys.executable, "-c", PROGRAM, str(place), ends]
    return subprocess.run(words, capture_output=True, text=True, check=ends != "killed").stdout.strip()


def test_a_process_has_one_folder_which_goes_away_when_it_ends(tmp_path: Path) -> None:
    folder = run_process(tmp_path, "well")

    assert folder.startswith(str(tmp_path / PREFIX))
    assert list(tmp_path.iterdir()) == []


def test_what_a_killed_process_left_is_removed_and_nothing_else(tmp_path: Path) -> None:
    left = run_process(tmp_path, "killed")
    (tmp_path / f"{PREFIX}not-ours-at-all").mkdir()
    assert [str(path) for path in tmp_path.iterdir() if "not-ours" not in path.name] == [left]

    remove_abandoned_temp_dirs(tmp_path)

    assert [path.name for path in tmp_path.iterdir()] == [f"{PREFIX}not-ours-at-all"]


def test_a_folder_goes_away_with_its_block() -> None:
    with temp_dir() as one, temp_dir() as other:
        (one / "a").write_text("a", "utf-8")
        assert one.parent == other.parent == process_temp_dir()
        assert one != other

    assert not one.exists()


def test_a_folder_that_cannot_be_written_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", "utf-8")

    with pytest.raises(OSError, match="file"):
        process_temp_dir(tmp_path / "file")
