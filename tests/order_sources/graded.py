"""The customers of a run of all exports in a folder."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.terminal import AS_OF, done, read_rows

if TYPE_CHECKING:
    from pathlib import Path


def customers(folder: Path) -> dict[str, tuple[str, str]]:
    rows = read_rows(folder / "out" / "list" / "customers.csv")
    return {row["customer_id"]: (row["frequency"], row["monetary"]) for row in rows}


def run(folder: Path, *options: str) -> str:
    return done("run", "--orders", folder / "*.csv", "--name", "list", *AS_OF, "--output", folder / "out", *options).out
