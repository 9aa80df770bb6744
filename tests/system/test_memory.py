"""The memory budget is what was given, or half of what is free."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import NamedTuple
from unittest.mock import Mock

import psutil
import pytest

from rfm_engine.errors import UsageError
from rfm_engine.system import memory
from tests.terminal import AS_OF, rfm

GIGABYTE = 10**9
SETTINGS = ("MEMORY_BUDGET_MB", "SPILL_DIR", "DISK_BUDGET_MB")
BOUND = """
import os, sys
from pathlib import Path
from rfm_engine.system.spill import set_spill_limits
set_spill_limits(sys.argv[1] or None, Path(sys.argv[2]) if sys.argv[2] else None)
print(*(os.environ.get(f"POLARS_OOC_{name}") for name in sys.argv[3:]), sep="\\n")
"""


class Machine(NamedTuple):
    """What a system tells of its memory and groups."""

    proc: Path
    groups: Path

    def has(self, free_kilobytes: int, group: str = "", **limits: str) -> None:
        """Write it as Linux does; a limit is named by its file's path, `__` between folders."""
        (self.proc / "self").mkdir(parents=True)
        (self.proc / "meminfo").write_text(f"MemTotal: 99999999 kB\nMemAvailable: {free_kilobytes} kB\n")
        (self.proc / "self/cgroup").write_text(group)
        for name, limit in limits.items():
            path = self.groups / name.replace("__", "/").replace("_max", ".max").replace("memory_l", "memory.l")
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(f"{limit}\n")


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Machine:
    found = Machine(tmp_path / "proc", tmp_path / "groups")
    monkeypatch.setattr(memory, "PROC", found.proc)
    monkeypatch.setattr(memory, "GROUPS", found.groups)
    return found


@pytest.mark.parametrize(
    ("stated", "expected"),
    [
        ("8GB", 8 * GIGABYTE),
        ("1.5 gb", 1_500_000_000),
        ("500MB", 500_000_000),
        ("25%", 512_000_000),
        ("0.001TB", GIGABYTE),
    ],
)
def test_a_budget_is_an_amount_or_a_share_of_what_is_free(stated: str, expected: int, machine: Machine) -> None:
    machine.has(2_000_000)

    assert memory.resolve_memory_budget(stated) == expected


@pytest.mark.parametrize("given", ["", "8", "8X", "GB", "-3GB", "0GB", "0.5MB", "101%", "0%", "1e3GB", "８GB"])
def test_a_budget_that_is_none_is_refused(given: str, shop: Path, tmp_path: Path) -> None:
    answer = rfm("run", "--orders", shop, *AS_OF, "--output", tmp_path / "output", f"--memory-budget={given}")

    message = f"error: option --memory-budget {given}: give an amount or a share of the free memory: 500MB, 8GB, 50%\n"
    assert answer == (2, "", message)
    assert not (tmp_path / "output").exists()


def test_without_a_word_the_budget_is_half_of_what_is_free(machine: Machine) -> None:
    machine.has(8_000_000)

    assert memory.resolve_memory_budget(None) == 4_000_000 * 1024
    assert memory.resolve_memory_budget("50%") == 4_000_000 * 1024


@pytest.mark.parametrize(
    ("group", "limits"),
    [
        ("0::/a/b\n", {"a__b__memory_max": "max", "a__memory_max": "2000000000"}),
        ("0::/not/seen/from/here\n", {"memory_max": "2000000000"}),
        ("5:cpu:/\n4:memory:/a\n", {"memory__a__memory_limit_in_bytes": "2000000000"}),
        ("4:memory:/a\n", {"memory__memory_limit_in_bytes": "2000000000"}),
    ],
)
def test_the_limit_of_the_process_s_group_counts_where_it_is_less(
    group: str, limits: dict[str, str], machine: Machine
) -> None:
    machine.has(8_000_000, group, **limits)

    assert memory.resolve_memory_budget(None) == GIGABYTE


def test_a_system_that_writes_no_such_file_is_asked_for_what_is_free(
    machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert not machine.proc.exists()
    assert memory.resolve_memory_budget(None) in range(1, psutil.virtual_memory().total)
    monkeypatch.setattr(psutil, "virtual_memory", lambda: SimpleNamespace(available=2 * GIGABYTE))
    assert memory.resolve_memory_budget(None) == GIGABYTE


def test_a_system_that_shows_nothing_sets_no_budget_and_knows_no_share(
    machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(psutil, "virtual_memory", Mock(side_effect=FileNotFoundError))
    assert not machine.proc.exists()
    assert memory.resolve_memory_budget(None) is None
    with pytest.raises(UsageError, match="does not show how much memory is free"):
        memory.resolve_memory_budget("50%")


def set_spill_limits(stated: str, folder: str, **variables: str) -> list[str]:
    """Return what is set for Polars in a process of its own."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("POLARS_OOC_")}
    command = [sys.executable, "-c", BOUND, stated, folder, *SETTINGS]
    done = subprocess.run(command, env=clean | variables, capture_output=True, text=True, check=True)
    return done.stdout.splitlines()


def test_what_is_given_goes_before_the_environment_and_that_before_the_machine(tmp_path: Path) -> None:
    own = {"POLARS_OOC_MEMORY_BUDGET_MB": "77", "POLARS_OOC_SPILL_DIR": str(tmp_path), "POLARS_OOC_DISK_BUDGET_MB": "5"}

    assert set_spill_limits("", "", **own) == ["77", str(tmp_path), "5"]
    stated = set_spill_limits("2GB", str(tmp_path), **own)
    assert (stated[0], Path(stated[1]).parent, stated[2]) == ("2000", tmp_path, "5")
    chosen = set_spill_limits("", "", TMPDIR=str(tmp_path))
    assert Path(chosen[1]).parent == tmp_path
    assert not list(tmp_path.iterdir())
