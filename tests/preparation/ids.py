"""Orders of customers with these ids, and what each spent."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.terminal import read_rows

if TYPE_CHECKING:
    from pathlib import Path

HEADER = "customer_id,order_id,order_amount,order_time\n"


def write(folder: Path, *ids: str) -> Path:
    path = folder / "shop.csv"
    path.write_text(
        HEADER + "".join(f'"{who}",{n},{n + 1}.00,2025-06-0{1 + n}\n' for n, who in enumerate(ids)), "utf-8"
    )
    return path


def spends(folder: Path) -> dict[str, str]:
    return {row["customer_id"]: row["monetary"] for row in read_rows(folder / "customers.csv")}
