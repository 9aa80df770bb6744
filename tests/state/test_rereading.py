"""New files are read alone, unless they have other columns or types."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rfm_engine.state import refresh
from rfm_engine.state.rereading import read_files
from tests.laws.months import reason_of, row, write_month

if TYPE_CHECKING:
    from pathlib import Path

    import pytest


def test_a_new_file_is_read_alone(months: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_month(months, "m2", [row("o4", 31), row("o5", 33)])
    read: list[str] = []

    def record(job: Any, files: Any) -> Any:  # noqa: ANN401 as the function in its place
        read.extend(file.path.name for file in files)
        return read_files(job, files)

    monkeypatch.setattr(refresh, "read_files", record)

    assert reason_of(months) is None
    assert read == ["m2.parquet"]
    assert reason_of(months) is None
    assert read == ["m2.parquet"]
