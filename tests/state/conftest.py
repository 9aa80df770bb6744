"""What the tests of states share."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.laws.months import JANUARY, reason_of, write_month

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def months(tmp_path: Path) -> Path:
    """Return a folder with the orders of January and what a run of them keeps."""
    write_month(tmp_path, "m1", JANUARY)
    assert reason_of(tmp_path) == "nothing is kept yet"
    return tmp_path
