"""The watch over the disk on which spilled data lies."""

from __future__ import annotations

import errno
import shutil
from queue import Queue
from types import SimpleNamespace
from typing import TYPE_CHECKING

from rfm_engine.system import spill

if TYPE_CHECKING:
    from pathlib import Path

    import pytest


def test_a_disk_that_cannot_be_looked_at_is_looked_at_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "query").mkdir()
    (tmp_path / "query" / "spill-1").touch()
    looks, said = iter([OSError(errno.EMFILE, "too many open files"), None]), Queue[str]()

    def look(_: Path) -> SimpleNamespace:
        if fault := next(looks):
            raise fault
        return SimpleNamespace(free=0)

    monkeypatch.setattr(spill, "LOOK_SECONDS", 0)
    monkeypatch.setattr(shutil, "disk_usage", look)
    monkeypatch.setenv(spill.FOLDER, str(tmp_path))

    spill.watch(said.put)

    assert said.get(timeout=20) == str(spill.full_spill_folder_error())
