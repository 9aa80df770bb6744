"""Runs that dossiers are made of: one of hostile names that reports are tried on, and runs with tokens."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.conftest import DATASETS
from tests.report.conftest import hostile_run
from tests.terminal import done

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["hostile_run"]

ANSWERS = ("industry=零售", "scenario=客户维护", "source=自有订单", "update_frequency=每月")


@pytest.fixture(scope="session")
def runs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Runs with tokens for customers: of one list with all answers, and of twelve lists without any."""
    output = tmp_path_factory.mktemp("tokens")
    (output / "key").write_bytes(b"0123456789abcdef")
    tokens = ("--pseudonymize", "customer_id", "--pseudonym-key-file", output / "key", "--output", output, "--quiet")
    answers = [word for answer in ANSWERS for word in ("--dossier", answer)]
    done("run", DATASETS / "sichuan-hiking", *answers, *tokens)
    done("run", DATASETS / "national-outdoor", *tokens)
    return output


@pytest.fixture(scope="session")
def package(runs: Path) -> Path:
    """The dossier of the one list."""
    answer = done("dossier", runs / "sichuan-hiking")
    assert "to fill in" not in answer.out
    return runs / "sichuan-hiking.dossier" / "四川省"
