"""The command names the file and how to use it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.conftest import DATASETS, OLD
from tests.terminal import done

if TYPE_CHECKING:
    from pathlib import Path

CURTAINS = DATASETS / "taian-curtains"


def test_the_command_names_the_file_and_how_to_use_it(monthly_runs: Path, tmp_path: Path) -> None:
    file = tmp_path / "cuts.toml"

    printed = done("fit", monthly_runs / str(OLD) / CURTAINS.name, "-o", file).out

    assert f"--set from={file}" in printed.replace("\n", "")
    assert file.is_file()
