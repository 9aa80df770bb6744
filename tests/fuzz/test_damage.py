"""Damaged files through the real command: five hundred here, ten thousand by `python -m tests.fuzz --files 10000`."""

from __future__ import annotations

import os
import subprocess
import sys
from random import Random
from typing import TYPE_CHECKING

import pytest

from tests.fuzz.cases import CASES, make_orders
from tests.fuzz.damage import case_of, format_figures, fuzz, make_files
from tests.terminal import done, everything_below

if TYPE_CHECKING:
    from pathlib import Path

    from tests.fuzz.cases import Case

DEADLY = (749, 4029)
"""Seeds of files whose claimed sizes Polars takes at their word, so that it asks for more memory than there is."""

FILES = int(os.environ.get("RFM_FUZZED_FILES", "500"))


def test_no_damaged_file_ends_in_a_traceback_or_in_a_wrong_total() -> None:
    ends, bad = fuzz(range(FILES))

    sys.stdout.write(f"{format_figures(ends)}\n")
    assert not bad, "\n".join(bad)
    assert sum(ends.values()) == FILES
    assert {name for name, how in ends if how == "graded"} >= {"csv", "ndjson", "parquet", "toml", "xlsx"}


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.name}-{case.encoding or 'utf-8'}")
def test_a_file_that_is_cut_off_ends_the_process_itself_with_a_message(case: Case, tmp_path: Path) -> None:
    draw = Random(case.name)
    whole = case.written(make_orders(draw))
    path = tmp_path / f"orders.{'csv' if case.name == 'toml' else case.name}"
    path.write_bytes(whole[: len(whole) // 3])
    words = ["run", "--orders", path, "--as-of", "2025-07-01", "--output", tmp_path / "output"]

    done = subprocess.run(
        [sys.executable, "-m", "rfm_engine", *map(str, words)], capture_output=True, text=True, check=False
    )

    assert done.returncode in (0, 1)
    assert done.returncode == 0 or done.stderr.startswith("error: ")
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("seed", DEADLY)
def test_a_file_that_breaks_its_reader_down_is_one_error_and_leaves_the_old_run_whole(
    seed: int, tmp_path: Path
) -> None:
    whole, damaged = make_files(seed)
    path = tmp_path / f"orders.{case_of(seed).name}"
    words = ("run", "--orders", path, "--as-of", "2025-07-01", "--output", tmp_path / "output")
    path.write_bytes(whole)
    done(*words)
    before = everything_below(tmp_path / "output")

    path.write_bytes(damaged)
    command = [sys.executable, "-m", "rfm_engine", *map(str, words)]
    died = subprocess.run(command, capture_output=True, text=True, check=False)
    after = everything_below(tmp_path / "output")
    path.write_bytes(whole)
    done(*words)

    assert died.returncode == 1
    assert died.stderr.startswith("error: the reader of order files broke down")
    assert died.stderr.count("\n") == 1
    assert after == before
    assert everything_below(tmp_path / "output").keys() == before.keys()
