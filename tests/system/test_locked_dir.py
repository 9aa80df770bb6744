"""A folder belongs to one living process, and goes away after it."""

from __future__ import annotations

import subprocess
import sys
from stat import S_IMODE
from typing import TYPE_CHECKING

import pytest

from rfm_engine.output.folder import prepare_folder
from rfm_engine.system import temp_dir
from rfm_engine.system.locked_dir import LOCK, MARK, locked_dir, remove_dir
from tests.processes import succeeded

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

HOLD = """
import sys
from pathlib import Path
from rfm_engine.system.locked_dir import locked_dir
with locked_dir(Path(sys.argv[1]), sys.argv[2], sys.argv[3]) as mine:
    (mine / "file").write_text("of a living process")
    print(mine, flush=True)
    sys.stdin.read()
"""


def ready(folder: Path) -> None:
    """Make ready what stands in the folder and is called `run`."""
    prepare_folder(folder / "run")


@pytest.mark.parametrize(
    ("prefix", "suffix", "tidy"),
    [(".rfm-engine-", "", temp_dir.remove_abandoned_temp_dirs), (".run.", ".partial", ready)],
)
def test_a_folder_is_removed_when_it_has_our_mark_and_its_owner_is_dead(
    prefix: str, suffix: str, tidy: Callable[[Path], None], tmp_path: Path
) -> None:
    stranger = tmp_path / f"{prefix}abcdefgh{suffix}"
    stranger.mkdir()
    (stranger / "plan.txt").write_text("somebody's")
    pipe = subprocess.PIPE
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, str(tmp_path), prefix, suffix], stdin=pipe, stdout=pipe, text=True
    ) as owner:
        assert owner.stdout
        held = tmp_path / owner.stdout.readline().strip()
        tidy(tmp_path)
        assert (held / "file").exists()
        owner.kill()
    tidy(tmp_path)

    assert sorted(tmp_path.iterdir()) == [stranger]


def test_a_locked_folder_goes_away_with_its_block(tmp_path: Path) -> None:
    with locked_dir(tmp_path, "a", "b") as folder:
        assert folder.is_dir()

    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("name", ["rfm-engine-seasonal", "rfm-engine-segments", ".rfm-engine-abcdefgh"])
def test_no_folder_of_somebody_else_is_removed_whatever_its_name(
    name: str, shop: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(temp_dir, "gettempdir", lambda: str(tmp_path))
    (tmp_path / name).mkdir()
    (tmp_path / name / "scheme.py").write_text("code")

    words = ["--orders", shop, "--as-of", "2025-07-01", "--spill-folder", tmp_path]
    succeeded("run", *words, "--output", tmp_path / "output", "--quiet", variables={"TMPDIR": str(tmp_path)})
    temp_dir.remove_abandoned_temp_dirs()

    assert (tmp_path / name / "scheme.py").read_text() == "code"


@pytest.mark.parametrize("lock", [b"", b"somebody's", MARK[:-2], MARK + b"and more"])
def test_a_lock_file_of_somebody_else_is_no_mark(lock: bytes, tmp_path: Path) -> None:
    folder = tmp_path / ".rfm-engine-abcdefgh"
    folder.mkdir()
    (folder / LOCK).write_bytes(lock)
    (folder / "scheme.py").write_text("code")

    temp_dir.remove_abandoned_temp_dirs(tmp_path)

    assert (folder / "scheme.py").read_text() == "code"


def test_a_link_to_a_folder_with_our_mark_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "real" / LOCK).write_bytes(MARK)
    (tmp_path / ".rfm-engine-abcdefgh").symlink_to(tmp_path / "real")

    temp_dir.remove_abandoned_temp_dirs(tmp_path)

    assert (tmp_path / "real" / LOCK).exists()


def test_a_folder_that_another_process_removes_before_it_is_locked_is_made_once_more(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fcntl = pytest.importorskip("fcntl")
    lock = fcntl.flock

    def lock_after_others(descriptor: int, how: int) -> None:
        monkeypatch.setattr(fcntl, "flock", lock)
        temp_dir.remove_abandoned_temp_dirs(tmp_path)
        lock(descriptor, how)

    monkeypatch.setattr(fcntl, "flock", lock_after_others)
    with locked_dir(tmp_path, temp_dir.PREFIX) as folder:
        assert list(tmp_path.iterdir()) == [folder]
        assert (folder / LOCK).read_bytes() == MARK


def test_a_temporary_folder_is_closed_to_other_users(tmp_path: Path) -> None:
    with locked_dir(tmp_path, "a", "b") as folder:
        assert S_IMODE(folder.stat().st_mode) == 0o700


def test_of_a_folder_that_cannot_be_removed_whole_the_mark_goes_last(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with locked_dir(tmp_path, "a", "b") as folder, monkeypatch.context() as patch:
        (folder / "orders").mkdir()
        patch.setattr("shutil.rmtree", raise_interrupt)
        with pytest.raises(KeyboardInterrupt):
            remove_dir(folder)
        assert (folder / LOCK).read_bytes() == MARK


def raise_interrupt(*_: object, **__: object) -> None:
    """Stand for a kill while a folder is removed."""
    raise KeyboardInterrupt
