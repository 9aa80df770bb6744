"""A dataset file with one order beside it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


def write_dataset(folder: Path, *lines: str, as_of: str = "as_of = 2025-07-01") -> Path:
    (folder / "orders.csv").write_text("customer_id,order_amount,order_time\nc1,10,2025-01-01\n", "utf-8")
    path = folder / "dataset.toml"
    path.write_text("\n".join(["orders = ['orders.csv']", as_of, *lines]), "utf-8")
    return path
