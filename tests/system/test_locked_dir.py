"""A folder belongs to one living process, and goes away after it."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from rfm_engine.output import writer as results
from rfm_engine.system import temp_dir
from rfm_engine.system.locked_dir import locked_dir

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
    results.prepare_folder(folder / "run")


@pytest.mark.parametrize(
    ("prefix", "suffix", "tidy"),
    [("rfm-engine-", "", temp_dir.remove_abandoned_temp_dirs), (".run.", ".partial", ready)],
)
def test_left_overs_are_taken_away_when_their_owner_is_dead_and_not_before(
    prefix: str, suffix: str, tidy: Callable[[Path], None], tmp_path: Path
) -> None:
    stranger = tmp_path / f"{prefix}b.abcdefgh{suffix}"
    stranger.mkdir()
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


def test_a_claimed_folder_goes_away_with_its_block(tmp_path: Path) -> None:
    with locked_dir(tmp_path, "a", "b") as folder:
        assert folder.is_dir()

    assert not list(tmp_path.iterdir())
