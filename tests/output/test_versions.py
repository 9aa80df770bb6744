"""Versions that differ are reported."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from rfm_engine.output.versions import find_versions
from tests.terminal import done, record_of
from tests.terminal import run as run_command

if TYPE_CHECKING:
    from pathlib import Path


def test_versions_that_differ_are_reported(shop: Path, tmp_path: Path) -> None:
    folder = run_command(shop, tmp_path)
    record = record_of(folder)
    record["versions"] |= {"polars": "1.0.0", "rfm-engine-gone": "3.1"}
    (folder / "run.json").write_text(json.dumps(record), "utf-8")

    answer = done("explain", "0012", "--run", folder)

    polars = find_versions()["polars"]
    note = f"the run was made by other versions: polars 1.0.0, now {polars}; rfm-engine-gone 3.1, now none\n"
    assert answer.out.endswith(note)
