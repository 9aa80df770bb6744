"""What a command prints, as a command, as a module and as a listing."""

from __future__ import annotations

import subprocess
import sys
from decimal import Decimal
from importlib.metadata import version
from typing import TYPE_CHECKING

import polars as pl
import pytest

from rfm_engine.cli.commands import HOMES
from tests.terminal import AS_OF, done, run

if TYPE_CHECKING:
    from pathlib import Path


def test_the_module_runs_like_the_command(shop: Path, shop_run: Path, tmp_path: Path) -> None:
    words = ["run", "--orders", str(shop), *AS_OF, "--output", str(tmp_path)]

    process = subprocess.run([sys.executable, "-m", "rfm_engine", *words], capture_output=True, text=True, check=False)

    assert (process.returncode, process.stderr) == (0, "")
    assert (tmp_path / "shop" / "customers.csv").read_bytes() == (shop_run / "customers.csv").read_bytes()


def test_a_mistake_in_a_process_ends_with_2_and_one_line_on_stderr() -> None:
    words = [sys.executable, "-m", "rfm_engine", "run", "--orders", "nowhere.csv", *AS_OF]

    process = subprocess.run(words, capture_output=True, text=True, check=False)

    assert process.returncode == 2
    assert process.stdout == ""
    assert process.stderr.startswith("error: no order file matches 'nowhere.csv'")
    assert process.stderr.count("\n") == 1


def test_the_version_is_reported() -> None:
    assert done("--version").out == f"rfm-engine {version('rfm-engine')}\n"


@pytest.mark.parametrize("command", [*HOMES])
def test_every_command_has_help(command: str) -> None:
    answer = done(command, "--help")

    assert f"rfm-engine {command}" in answer.out


def test_money_is_exact_where_floats_are_not(tmp_path: Path) -> None:
    orders = tmp_path / "shop.csv"
    lines = [f"c1,o{number},0.10,2025-01-01" for number in range(1000)]
    orders.write_text("\n".join(["customer_id,order_id,order_amount,order_time", *lines]), "utf-8")

    folder = run(orders, tmp_path / "output", "--format", "parquet")

    assert pl.read_parquet(folder / "customers.parquet")["monetary"].to_list() == [Decimal("100.00")]
