"""The order files of the measurements, made once by the engine's own seeded generator and kept."""

from __future__ import annotations

import sys
from decimal import Decimal
from typing import TYPE_CHECKING

import polars as pl

from bench.contenders.answer import SLIM_READ
from bench.processes import measure_process

if TYPE_CHECKING:
    from pathlib import Path

MULTIPLES = {"k": 10**3, "m": 10**6, "b": 10**9}


def count(words: str) -> int:
    """Return the whole number that words such as 20m mean.

    >>> count("1.5m")
    1500000
    """
    number, unit = (words[:-1], words[-1].lower()) if words[-1:].isalpha() else (words, "")
    return int(Decimal(number) * MULTIPLES.get(unit, 1))


def short(number: int) -> str:
    """Return a number as few words as `count` reads.

    >>> short(20_000_000), short(1_500)
    ('20m', '1500')
    """
    unit = next((unit for unit in ("b", "m", "k") if number % MULTIPLES[unit] == 0), "")
    return f"{number // MULTIPLES.get(unit, 1)}{unit}"


def generate(folder: Path, rows: int, suffix: str = "parquet", customers: int | None = None) -> Path:
    """Return the file of so many orders in eight regions, made where it is not there; by default 11 a customer."""
    path = folder / f"orders-{short(rows)}{f'-of-{short(customers)}' if customers else ''}.{suffix}"
    if not path.exists():
        words = ["generate", str(path), "--orders", str(rows), "--regions", "8"]
        words += ["--customers", str(customers)] if customers else []
        _run_or_raise([sys.executable, "-m", "rfm_engine", *words])
    return path


def shuffle(orders: Path, folder: Path) -> Path:
    """Return the same orders in no order of their ids or times (by a hash of the id), made where they are not there."""
    code = (
        "import sys, polars; polars.scan_parquet(sys.argv[1]).sort(polars.col('order_id').hash(7))"
        ".sink_parquet(sys.argv[2], row_group_size=131072)"
    )
    return _derive(orders, folder / f"{orders.stem}-shuffled.parquet", code)


def reduce_columns(orders: Path, folder: Path) -> Path:
    """Return the same orders without lists and text, made where they are not there."""
    code = f"import sys, polars; polars.scan_parquet(sys.argv[1]).select({list(SLIM_READ)}).sink_parquet(sys.argv[2])"
    return _derive(orders, folder / f"{orders.stem}-slim.parquet", code)


def _derive(orders: Path, path: Path, code: str) -> Path:
    """Return the file that a script makes of the orders in a process of its own, made where it is not there."""
    if not path.exists() or path.stat().st_mtime < orders.stat().st_mtime:
        partial = path.with_suffix(".partial")
        _run_or_raise([sys.executable, "-c", code, str(orders), str(partial)])
        partial.replace(path)
    return path


def rows_of(orders: Path) -> int:
    """Return how many orders a file holds."""
    scan = pl.scan_parquet(orders) if orders.suffix == ".parquet" else pl.scan_csv(orders, infer_schema=False)
    return int(scan.select(pl.len()).collect().item())


def _run_or_raise(words: list[str]) -> None:
    usage = measure_process(words)
    if usage.code:
        raise RuntimeError(usage.said)
