"""The stages of a run, as the run itself reports them; a process of its own each, none warm."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from rfm_engine.benchmark.measure import bench
from rfm_engine.cli.bench import job_of
from rfm_engine.cli.options import RuleOptions

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.benchmark(group="stages")
def test_stages(orders: Path, rounds: int, benchmark: Any) -> None:  # noqa: ANN401 pytest-benchmark ships no types
    """Seconds and peak memory of each stage stand in the result's extra figures."""
    rules = RuleOptions(keys={"as_of": "2025-07-01", "since": "2020-01-01", "scheme": "quintile"})
    found = benchmark.pedantic(bench, args=(job_of(orders, rules), rounds, (), lambda _: None), rounds=1)
    assert found["stages"]
    benchmark.extra_info.update({key: value for key, value in found.items() if key != "runs"})
