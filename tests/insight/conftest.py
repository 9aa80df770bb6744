"""The releases of the bundled datasets, each made once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.insight.attack.releases import DATASETS, NAMES
from tests.terminal import done

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(scope="session")
def releases(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The output folder of the releases of all bundled datasets, in English; of one also in Chinese below `zh`."""
    output = tmp_path_factory.mktemp("releases")
    answer = done("insight", *(DATASETS / name for name in NAMES), "--output", output)
    assert answer.out.count("withheld figures 0 can be computed") == len(NAMES)
    done("insight", DATASETS / "national-outdoor", "--output", output / "zh", "--language", "zh")
    return output
