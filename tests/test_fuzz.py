"""Damaged files through the real command: five hundred here, ten thousand by `python -m tests.fuzz --files 10000`."""

from __future__ import annotations

import os
import subprocess
import sys
from random import Random
from typing import TYPE_CHECKING

import pytest

from tests.fuzz import CASES, figures, fuzz, orders

if TYPE_CHECKING:
    from pathlib import Path

FILES = int(os.environ.get("RFM_FUZZED_FILES", "500"))
PARTS = 4


@pytest.mark.parametrize("part", range(PARTS))
def test_no_damaged_file_ends_in_a_traceback_or_in_a_wrong_total(part: int) -> None:
    each = FILES // PARTS

    ends, bad = fuzz(range(part * each, part * each + each))

    print(figures(ends))
    assert not bad, "\n".join(bad)
    assert sum(ends.values()) == each
    assert {case.name for case in CASES} == {name for name, how in ends if how == "graded"}


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.name}-{case.encoding or 'utf-8'}")
def test_a_damaged_file_ends_the_process_itself_with_a_message(case: object, tmp_path: Path) -> None:
    from tests.fuzz import Case

    assert isinstance(case, Case)
    draw = Random(case.name)
    whole = case.written(orders(draw))
    path = tmp_path / f"orders.{'csv' if case.name == 'toml' else case.name}"
    path.write_bytes(whole[: len(whole) // 3])
    words = ["run", "--orders", path, "--as-of", "2025-07-01", "--output", tmp_path / "output"]

    done = subprocess.run(
        [sys.executable, "-m", "rfm_engine", *map(str, words)], capture_output=True, text=True, check=False
    )

    assert done.returncode in (0, 1)
    assert done.returncode == 0 or done.stderr.startswith("error: ")
    assert "Traceback" not in done.stderr
