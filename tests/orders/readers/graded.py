"""One file through the real command: what it graded and what it rejected."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.terminal import AS_OF, done, read_rows

if TYPE_CHECKING:
    from pathlib import Path

HEADER = "customer_id,order_id,order_amount,order_time\n"


def grade(folder: Path, content: str | bytes, *options: str, name: str = "orders.csv") -> dict[str, tuple[str, ...]]:
    """Return each customer's days, orders and spend after a run of one file."""
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    done("run", "--orders", path, *AS_OF, "--output", folder / "output", "--name", "dirty", "--quiet", *options)
    rows = read_rows(folder / "output" / "dirty" / "customers.csv")
    return {row["customer_id"]: (row["recency_days"], row["frequency"], row["monetary"]) for row in rows}


def read_rejects(folder: Path) -> list[tuple[str, ...]]:
    """Return row, column, value and reason of each reject."""
    return [tuple(row.values())[1:] for row in read_rows(folder / "output" / "dirty" / "rejects.csv")]
