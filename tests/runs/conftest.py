"""The older and the newer run of the bundled orders, which several tests compare."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from rfm_engine import FinishedRun, open_run
from tests.conftest import MONTHLY, NEW, OLD

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(params=MONTHLY)
def two_runs(request: pytest.FixtureRequest, monthly_runs: Path) -> tuple[FinishedRun, FinishedRun]:
    """The older and the newer run of one dataset."""
    old, new = (open_run(monthly_runs / str(day) / request.param) for day in (OLD, NEW))
    return old, new
