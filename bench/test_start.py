"""What small runs cost: the start of the process, plugins, many datasets."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import pytest

from bench.orders import generate
from rfm_engine.plugins.host import PluginHost, PluginOptions
from rfm_engine.synthetic.profiles import market
from rfm_engine.synthetic.writing import write_orders

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

ROWS, CUSTOMERS = 2_300, 600
RULES = """\
orders = ["orders.csv"]
as_of = 2025-07-01
since = 2020-01-01
[scheme]
name = "quintile"
"""


@pytest.fixture
def small(tmp_path: Path) -> Path:
    """The orders of some 600 customers."""
    return write_orders(market(orders=ROWS, customers=CUSTOMERS), tmp_path / "small.csv")


@pytest.mark.benchmark(group="start-up")
@pytest.mark.parametrize("what", ["python", "import polars", "--help"])
def test_start(what: str, process: Callable[..., None]) -> None:
    """The bare interpreter, `import polars` and the help page, to see one against the other."""
    words = {
        "python": ["-c", "pass"],
        "import polars": ["-c", "import polars"],
        "--help": ["-m", "rfm_engine", "--help"],
    }
    process([sys.executable, *words[what]])


@pytest.mark.benchmark(group="start-up")
def test_run_600_customers(small: Path, grade: Callable[..., None]) -> None:
    """One small dataset as a whole process."""
    grade(small, ROWS)


@pytest.mark.benchmark(group="many datasets")
@pytest.mark.parametrize("what", ["own files", "own files, shown", "one file"])
@pytest.mark.parametrize("count", ["one", "many"])
def test_datasets(
    count: str, what: str, small: Path, process: Callable[..., None], request: pytest.FixtureRequest
) -> None:
    """One dataset of 600 customers against many in one run: each with a file of its own, or all with the same.

    Quiet, or with what a run shows.
    """
    places = []
    for number in range(int(request.config.getoption("--datasets")) if count == "many" else 1):
        folder = small.parent / (f"d{number:03}" if what != "one file" else "shared")
        folder.mkdir(exist_ok=True)
        (folder / "orders.csv").write_bytes(small.read_bytes())
        (folder / f"d{number:03}.toml").write_text(RULES, "utf-8")
        places.append(str(folder / f"d{number:03}.toml"))
    quiet = [] if "shown" in what else ["--quiet"]
    output = ["--format", "parquet", "--output", str(small.parent / "output"), *quiet]
    process([sys.executable, "-m", "rfm_engine", "run", *places, *output], ROWS * len(places))


@pytest.mark.benchmark(group="plugin dispatch")
def test_lookup(benchmark: Any) -> None:  # noqa: ANN401 pytest-benchmark ships no types
    """A new host and one lookup by name, as every command does once; a built-in needs no third party."""
    benchmark(lambda: PluginHost(PluginOptions()).scheme("quintile"))


@pytest.mark.benchmark(group="plugin dispatch")
def test_listing(benchmark: Any) -> None:  # noqa: ANN401 pytest-benchmark ships no types
    """A new host that loads whatever is installed, as a listing does."""
    benchmark(lambda: PluginHost(PluginOptions()).schemes())


@pytest.mark.benchmark(group="growth")
@pytest.mark.parametrize("times", [1, 2, 5])
def test_growth(times: int, rows: int, tmp_path: Path, grade: Callable[..., None]) -> None:
    """Once, twice and five times the rows; `python -m bench growth` fits the exponent over larger sizes."""
    grade(generate(tmp_path, times * rows), times * rows)
