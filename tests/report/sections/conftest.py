"""Reports of the bundled datasets, each beside its customers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.report.figures import DATASETS, Report

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(scope="session", params=DATASETS)
def report(bundled: Path, request: pytest.FixtureRequest) -> Report:
    return Report(bundled / str(request.param))
