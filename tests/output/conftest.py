"""A run that several test modules look at."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(scope="session")
def national(bundled: Path) -> Path:
    return bundled / "national-outdoor"
