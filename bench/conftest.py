"""The sizes of the measurements, the order files they share, and processes as what is measured."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import pytest

from bench import machine
from bench.orders import count, generate
from bench.processes import compile_modules, measure_process

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

AS_OF = ("--as-of", "2025-07-01", "--since", "2020-01-01")


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the size and the number of rounds."""
    parser.addoption("--rows", default="1m", help="orders in the files of the measurements")
    parser.addoption("--rounds", default=5, type=int, help="how often each is measured")
    parser.addoption("--datasets", default=100, type=int, help="how many small datasets one run grades")


def pytest_benchmark_update_machine_info(config: pytest.Config, machine_info: dict[str, Any]) -> None:  # noqa: ARG001 the hook's signature
    """Replace what pytest-benchmark writes about the machine (its name among it) with what a result needs."""
    machine_info.clear()
    machine_info.update(machine.describe_machine())


@pytest.fixture(scope="session")
def rows(request: pytest.FixtureRequest) -> int:
    """How many orders the large file holds."""
    return count(request.config.getoption("--rows"))


@pytest.fixture(scope="session")
def rounds(request: pytest.FixtureRequest) -> int:
    """How often each process runs."""
    return int(request.config.getoption("--rounds"))


@pytest.fixture(scope="session")
def orders(rows: int, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The large file, Parquet."""
    return generate(tmp_path_factory.mktemp("orders"), rows)


@pytest.fixture
def process(benchmark: Any, rounds: int) -> Callable[..., None]:  # noqa: ANN401 pytest-benchmark ships no types
    """Measure words as fresh processes; their peak memory and rows a second stand in the result's extra figures."""
    compile_modules()

    def measure(words: list[str], rows: int = 0) -> None:
        peaks: list[int] = []

        def once() -> None:
            usage = measure_process(words)
            assert usage.code == 0, usage.said
            peaks.append(usage.peak_bytes)

        benchmark.pedantic(once, rounds=rounds, warmup_rounds=int(rounds > 1))
        benchmark.extra_info["peak_bytes"] = max(peaks)
        if rows and benchmark.stats:
            benchmark.extra_info["rows_per_second"] = rows / benchmark.stats["median"]

    return measure


@pytest.fixture
def grade(process: Callable[..., None], tmp_path: Path) -> Callable[..., None]:
    """Measure `rfm-engine run` over an order file, Parquet out."""

    def measure(orders: Path, rows: int, *words: str) -> None:
        output = ["--format", "parquet", "--quiet", "--output", str(tmp_path)]
        start = [sys.executable, "-m", "rfm_engine", "run", "--orders", str(orders), *AS_OF]
        process([*start, "--scheme", "quintile", *output, *words], rows)

    return measure
