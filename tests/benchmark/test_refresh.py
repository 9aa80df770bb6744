"""`bench refresh` measures the month after, and its answers are those of a run of all orders and of DuckDB."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bench.refresh import measure_refresh

if TYPE_CHECKING:
    from pathlib import Path

pytest.importorskip("duckdb")


def test_a_refresh_gives_the_answer_of_all_orders_and_of_duckdb(tmp_path: Path) -> None:
    lines: list[str] = []

    found = measure_refresh(24, 200, tmp_path, lines.append, repeat=2)
    steps = found["steps"]

    assert [step["step"] for step in steps] == [
        "first, kept",
        "again before",
        "refresh",
        "again",
        "all orders",
        "duckdb_query",
        "duckdb",
        "old orders",
        "all with these",
    ]
    assert steps[-1]["sha256"] == steps[-2]["sha256"] != steps[2]["sha256"]
    assert [found[name] for name in ("kind", "months", "rows", "repeat")] == ["refresh", 24, 200, 2]
    assert found["machine"]["cores"] >= 1
    assert len(lines) == len(steps)
    assert steps[1]["sha256"] == steps[0]["sha256"] != steps[2]["sha256"]
    assert (tmp_path / "state" / "manifest.json").exists()
