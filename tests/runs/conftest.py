"""Two monthly runs of the bundled orders, which several tests compare."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from rfm_engine import FinishedRun, open_run
from tests.terminal import done

DATASETS = Path(__file__).parents[2] / "datasets"
OLD, NEW = date(2025, 6, 1), date(2025, 7, 1)
NAMES = ("sichuan-hiking", "taian-curtains", "national-outdoor")


@pytest.fixture(scope="session")
def monthly_runs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a run of each bundled dataset in `2025-06-01` and in `2025-07-01`."""
    output = tmp_path_factory.mktemp("monthly")
    for day in (OLD, NEW):
        places = [DATASETS / name for name in NAMES]
        done("run", *places, "--as-of", day, "--format", "parquet", "--output", output / str(day), "--quiet")
    return output


@pytest.fixture(params=NAMES)
def two_runs(request: pytest.FixtureRequest, monthly_runs: Path) -> tuple[FinishedRun, FinishedRun]:
    """The older and the newer run of one dataset."""
    old, new = (open_run(monthly_runs / str(day) / request.param) for day in (OLD, NEW))
    return old, new
