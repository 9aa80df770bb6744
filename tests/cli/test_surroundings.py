"""A command in poor surroundings does its work, or says in one line why it cannot."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
from functools import partial
from typing import TYPE_CHECKING

import pytest

from tests.terminal import AS_OF, ORDERS

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    (tmp_path / "o.csv").write_text(ORDERS, "utf-8")
    return tmp_path


def run(shop: Path, before: Callable[[], None] | None = None, **environment: str) -> subprocess.CompletedProcess[str]:
    words = [sys.executable, "-m", "rfm_engine", "run", "--orders", "o.csv", *AS_OF, "--quiet"]
    return subprocess.run(
        words, cwd=shop, env=os.environ | environment, preexec_fn=before, capture_output=True, text=True, check=False
    )


def test_a_command_whose_stderr_is_closed_does_its_work(shop: Path) -> None:
    answer = run(shop, partial(os.close, 2))

    assert (answer.returncode, answer.stdout) == (0, "")
    assert (shop / "output" / "o" / "customers.csv").exists()


def test_a_command_that_can_print_nowhere_ends_with_1(shop: Path) -> None:
    with open("/dev/full", "w") as full:  # noqa: PTH123 a device
        words = [sys.executable, "-m", "rfm_engine", "run", "--orders", "o.csv", *AS_OF]
        code = subprocess.run(words, cwd=shop, stdout=full, stderr=full, check=False).returncode

    assert code == 1


def limit(kind: int, most: int) -> None:
    resource.setrlimit(kind, (most, most))


@pytest.mark.parametrize(
    ("before", "environment"),
    [
        (partial(limit, resource.RLIMIT_NOFILE, 10), {}),
        (partial(limit, resource.RLIMIT_AS, 300_000_000), {}),
        (None, {"POLARS_MAX_THREADS": "0"}),
    ],
    ids=["few files", "little memory", "no thread"],
)
def test_where_polars_cannot_start_one_line_says_so(
    shop: Path, before: Callable[[], None] | None, environment: dict[str, str]
) -> None:
    answer = run(shop, before, **environment)

    assert (answer.returncode, answer.stdout) == (1, "")
    assert answer.stderr.startswith("error: ")
    assert answer.stderr.count("\n") == 1
    assert not (shop / "output" / "o").exists()


def test_without_docstrings_the_built_in_schemes_are_known(shop: Path) -> None:
    answer = run(shop, PYTHONOPTIMIZE="2")

    assert (answer.returncode, answer.stderr) == (0, "")


@pytest.mark.skipif(sys.platform != "linux", reason="Polars takes memory by another allocator there")
def test_a_command_keeps_freed_memory_for_a_moment_and_takes_options_of_the_user_last(shop: Path) -> None:
    answer = run(shop, POLARS_VERBOSE="1", _RJEM_MALLOC_CONF="confirm_conf:true,dirty_decay_ms:7")

    taken = [line.rpartition(" ")[2] for line in answer.stderr.splitlines() if "Set conf value" in line]
    assert answer.returncode == 0
    assert {f"narenas:{os.cpu_count()}", "oversize_threshold:0", "dirty_decay_ms:2000"} <= set(taken)
    assert taken[-1] == "dirty_decay_ms:7"
