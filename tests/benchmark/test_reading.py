"""`bench reading` measures report, compare and plan on runs that it makes, and checks what they wrote."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bench.reading import measure_reading, reading_table

if TYPE_CHECKING:
    from pathlib import Path


def test_each_command_has_its_seconds_beyond_start_up(tmp_path: Path) -> None:
    found = measure_reading(200, 1, tmp_path / "reading", lambda _: None)

    lines = reading_table(found | {"note": "The machine was busy."}).splitlines()

    assert [line.split("`")[1] for line in lines[2:5]] == ["report", "compare", "plan"]
    assert all("| 200 | **" in line for line in lines[2:5])
    assert lines[-1].endswith("The machine was busy.")
    assert not (tmp_path / "reading").exists()
