"""The engine, through its command line: everything that a user waits for."""

# ruff: noqa: PLC0415 no contender pays for another's imports

from __future__ import annotations

from typing import TYPE_CHECKING

from bench.contenders.answer import COLUMNS

if TYPE_CHECKING:
    from pathlib import Path

    from bench.contenders.rules import Rules

name = "ours"
columns = COLUMNS
OF_LAST_ORDER = ("order_id", "order_amount", "product_name", "store_code", "region")


def available() -> bool:
    """Return true."""
    return True


def words(orders: Path, folder: Path, rules: Rules) -> list[str]:
    """Return what a user would type after `rfm-engine`."""
    given = ["run", "--orders", str(orders), "--name", "ours", "--as-of", rules.as_of, "--since", rules.since]
    given += ["--scheme", "quintile", "--format", "parquet", "--output", str(folder), "--quiet", "--no-plugins"]
    given += ["--unique-order-ids"] if rules.unique else []
    if rules.slim:
        given += ["--by", "none", *(word for name in OF_LAST_ORDER for word in ("--drop", name))]
    return given


def run(orders: Path, output: Path, rules: Rules) -> None:
    """Run the command as it runs for its users, under supervision, which ends this process."""
    from functools import partial

    from rfm_engine.system.child_process import run_in_child_process

    run_in_child_process(partial(_run, orders, output, rules))


def _run(orders: Path, output: Path, rules: Rules) -> None:
    """Run the command, then put its list and its record where the comparison looks for them."""
    from rfm_engine.cli import app

    folder = output.with_suffix(".run")
    app(words(orders, folder, rules), standalone_mode=False)
    (folder / "ours" / "customers.parquet").replace(output)
    (folder / "ours" / "run.json").replace(output.with_suffix(".json"))
