"""The examples of the page on monthly jobs run: the commands as printed, the Python where its packages are there."""

from __future__ import annotations

import os
import runpy
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.servers.postgresql import address, ask, needs_postgresql, serve

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / ".github" / "SCHEDULES.md").read_text("utf-8")


def block(heading: str, language: str) -> str:
    """Return the first printed block of a language under a heading."""
    return PAGE.partition(f"# {heading}\n")[2].partition(f"```{language}\n")[2].partition("```")[0]


@needs_postgresql
def test_the_job_runs_month_after_month_as_printed(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "datasets" / "sichuan-hiking", tmp_path / "shop")
    table = tmp_path / "shop" / "dataset.toml"
    table.write_text(table.read_text("utf-8").replace('name = "sichuan-hiking"', 'name = "shop"'), "utf-8")
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"

    with serve() as server:
        surroundings = os.environ | {"PATH": path, "RFM_DATABASE_URI": address(server)}
        for month in (
            {"AS_OF": "2025-06-30", "MONTH": "2025-06", "BEFORE": ""},
            {"AS_OF": "2025-07-31", "MONTH": "2025-07", "BEFORE": "2025-06"},
        ):
            command = ["bash", "-c", block("The monthly job", "sh")]
            subprocess.run(command, cwd=tmp_path, env=surroundings | month, check=True, stdout=subprocess.DEVNULL)
        rows = int(ask(server, "-t", "-c", "select count(*) from rfm_customers where as_of = '2025-07-31'"))

    listed = (tmp_path / "runs" / "2025-07" / "shop" / "customers.csv").read_text("utf-8").splitlines()
    assert rows == len(listed) - 1 > 0
    assert (tmp_path / "runs" / "2025-07" / "shop.report.html").is_file()


@pytest.mark.parametrize(("heading", "package"), [("Airflow", "airflow"), ("Dagster", "dagster")])
def test_the_example_for_a_scheduler_is_python_and_loads_where_the_scheduler_is(
    heading: str, package: str, tmp_path: Path
) -> None:
    example = tmp_path / "example.py"
    example.write_text(block(heading, "python"), "utf-8")
    compile(example.read_text("utf-8"), heading, "exec")
    pytest.importorskip(package)

    assert runpy.run_path(str(example))
