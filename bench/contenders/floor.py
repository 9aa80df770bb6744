"""The floor: scan and decode the columns of the job once, and keep nothing."""

# ruff: noqa: PLC0415 no contender pays for another's imports

from __future__ import annotations

from typing import TYPE_CHECKING

from bench.contenders.answer import READ, SLIM_READ

if TYPE_CHECKING:
    from pathlib import Path

    from bench.contenders.rules import Rules

name = "floor"
columns: tuple[str, ...] = ()


def available() -> bool:
    """Return true: the engine needs Polars itself."""
    return True


def run(orders: Path, output: Path, rules: Rules) -> None:
    """Decode every value of the columns; `output` is not written."""
    from rfm_engine.benchmark.measure import decode_columns

    del output
    decode_columns([orders], SLIM_READ if rules.slim else READ)
