"""Plans that several test modules look at."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.terminal import done

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def july_plan(monthly_runs: Path) -> Path:
    """The plan of July for one list, in Chinese, without the public holidays."""
    done("plan", monthly_runs / "2025-07-01" / "sichuan-hiking", "--calendar", "CN", "--language", "zh")
    return monthly_runs / "2025-07-01" / "sichuan-hiking.plan" / "2025-07"


@pytest.fixture(scope="session")
def december_plan(monthly_runs: Path) -> Path:
    """The plan of December for the national lists, by store."""
    run = monthly_runs / "2025-07-01" / "national-outdoor"
    done("plan", run, "--month", "2025-12", "--owner-by", "last_store_code", "--capacity", "1")
    return run.with_name("national-outdoor.plan") / "2025-12"
