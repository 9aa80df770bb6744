"""What exceeds the memory budget is spilled, the answer stays the same, and a disk without room is told."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any, NamedTuple, cast
from unittest.mock import Mock

import polars as pl
import psutil
import pytest

from rfm_engine import pipeline
from rfm_engine.errors import UsageError
from rfm_engine.system import memory
from tests.processes import began, ended, small_disk, without_record
from tests.terminal import AS_OF, done, everything_below, rfm

GIGABYTE = 10**9
ROWS = 150_000
TOLD = "no space left for what exceeds the memory budget; free some, name another place with --spill-folder, or raise"
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


@pytest.fixture(scope="module")
def orders(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path, row = tmp_path_factory.mktemp("many") / "many.parquet", pl.int_range(ROWS)
    pl.select(
        customer_id=pl.format("customer {}", row * 7919 % (ROWS // 3)),
        order_id=pl.format("order {}", row),
        region=pl.format("region {}", row % 7),
        product_name=pl.format("product {}", row * 31 % 1000),
        order_amount=pl.format("{}.50", row % 900 + 1),
        order_time=pl.lit("2024-01-01").str.to_datetime() + pl.duration(minutes=row * 37 % 700_000),
    ).write_parquet(path)
    return path


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


def test_a_spill_folder_that_cannot_be_written_is_refused(orders: Path, tmp_path: Path) -> None:
    place = tmp_path / "nowhere"

    answer = ended(began("run", "--orders", orders, *AS_OF, "--output", tmp_path, "--spill-folder", place))

    message = f"option --spill-folder {place}: no folder that can be written (No such file or directory)"
    assert answer == (2, "", f"error: {message}\n")


@pytest.mark.parametrize("command", ["run", "check"])
def test_under_the_least_budget_the_answer_has_the_same_bytes_and_nothing_is_left(
    command: str, orders: Path, tmp_path: Path
) -> None:
    spill = tmp_path / "spill"
    spill.mkdir()
    where = ["--output", tmp_path / "output", "--quiet"] if command == "run" else []
    words = [command, "--orders", orders, *AS_OF, *where]
    variables = {"POLARS_OOC_SPILL_MIN_BYTES": "1"}

    roomy = ended(began(*words))
    expected = without_record(tmp_path / "output/many") if where else {}
    tight = [*words, "--memory-budget", "1MB", "--spill-folder", spill]
    result = ended(began(*tight, variables=variables))
    refused = ended(began(*tight, variables=variables | {"POLARS_OOC_DISK_BUDGET_MB": "0"}))

    assert (roomy[0], result) == (0, roomy)
    assert (without_record(tmp_path / "output/many") if where else {}) == expected
    assert refused == (1, "", f"error: many: {spill}: {TOLD} --memory-budget\n"), "so the other one did spill"
    assert not list(spill.iterdir())


@pytest.mark.parametrize("disk_budget", ["", "99999"], ids=["full when it begins", "filled while it runs"])
def test_a_full_spill_folder_is_reported_and_nothing_is_left(disk_budget: str, orders: Path, tmp_path: Path) -> None:
    variables = {"POLARS_OOC_SPILL_MIN_BYTES": "1"}
    if disk_budget:  # as if there had been room
        variables["POLARS_OOC_DISK_BUDGET_MB"] = disk_budget
    with small_disk(tmp_path / "disk", 100) as disk:  # at times no more than 500 kB are spilled
        words = ["run", "--orders", orders, *AS_OF, "--output", tmp_path / "output", "--memory-budget", "1MB"]

        code, out, err = ended(began(*words, "--spill-folder", disk, variables=variables))

        assert (code, out) == (1, "")
        assert err.endswith(f"{disk}: {TOLD} --memory-budget\n"), err
        assert not list(disk.iterdir())
        assert not everything_below(tmp_path / "output")


@pytest.mark.parametrize("options", [(), ("--scheme", "quintile", "--by", "region,store_code"), ("--by", "none")])
def test_no_window_is_computed_in_batches_for_polars_spills_them_and_may_wait_for_ever(
    options: tuple[str, ...], shop: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    header, *rows = shop.read_text("utf-8").splitlines(keepends=True)
    orders = tmp_path / "shop.csv"
    orders.write_text("".join((header, *rows, *rows)), "utf-8")  # so that there are repeats
    collect, told = pl.LazyFrame.collect, set[tuple[bool, object]]()

    def record_call(frame: pl.LazyFrame, **options: Any) -> pl.DataFrame:  # noqa: ANN401 as theirs
        told.add((".over(" in frame.explain(optimized=False), options.get("engine", "auto")))
        return cast("pl.DataFrame", collect(frame, **options))

    monkeypatch.setattr(pl.LazyFrame, "collect", record_call)
    done("run", "--orders", orders, *AS_OF, *options, "--output", tmp_path)
    done("explain", "007", "--run", tmp_path / "shop")

    windows = {engine for has_window, engine in told if has_window}
    assert windows == (set() if "none" in options else {"in-memory"})


@pytest.mark.parametrize(("most", "engine"), [(1_000_000, "in-memory"), (10, None)])
def test_small_files_alone_are_computed_whole(
    most: int, engine: str | None, shop: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[str | None] = []
    graded = pipeline.run

    def record_call(*given: Any) -> pipeline.Run:  # noqa: ANN401 as its own
        told.append(os.environ.get("POLARS_ENGINE_AFFINITY"))
        return graded(*given)

    monkeypatch.delenv("POLARS_ENGINE_AFFINITY", raising=False)
    monkeypatch.setattr(pipeline, "run", record_call)
    monkeypatch.setattr("rfm_engine.cli.run.SMALL_BYTES", most)
    done("run", "--orders", shop, *AS_OF, "--output", tmp_path)

    assert (told, os.environ.get("POLARS_ENGINE_AFFINITY")) == ([engine], None)
