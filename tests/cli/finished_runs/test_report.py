"""The command names the file of the report, or why there is none."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.terminal import done, rfm

if TYPE_CHECKING:
    from pathlib import Path

DATASETS = ("harbin-heating", "national-outdoor", "sichuan-hiking", "taian-curtains")


@pytest.mark.parametrize("dataset", DATASETS)
def test_the_command_names_the_file_beside_the_run(bundled: Path, dataset: str) -> None:
    printed = done("report", bundled / dataset).out

    assert printed == f"report: {bundled / dataset}.report.html\n"
    assert (bundled / f"{dataset}.report.html").is_file()


def test_a_folder_without_a_run_is_refused(tmp_path: Path) -> None:
    answer = rfm("report", tmp_path)

    assert answer.code == 2
    assert "no run.json there" in answer.err
    assert not list(tmp_path.parent.glob("*.report.html"))
