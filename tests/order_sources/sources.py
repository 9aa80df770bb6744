"""Small exports of every order source."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rfm_engine.order_source import OrderSource
from rfm_engine.order_sources import rfm_register_order_sources
from tests.terminal import read_rows

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from rfm_engine.order_source import OrderSource

SOURCES = {source.name: source for source in rfm_register_order_sources()}
CELLS: Mapping[str, tuple[str, str, str]] = {
    "customer_id": ("kim", "kim", "lee"),
    "order_amount": ("10.00", "20.00", "40.00"),
    "quantity": ("1", "2", "4"),
    "unit_price": ("10.00", "10.00", "10.00"),
    "refunded_amount": ("", "", ""),
    "currency": ("EUR", "EUR", "EUR"),
}
TIMES = {
    "local": ("2025-06-01 10:00:00", "2025-06-02 10:00:00", "2025-06-03 10:00:00"),
    "utc": ("2025-06-01 10:00:00", "2025-06-02 10:00:00", "2025-06-03 10:00:00"),
    "offset": ("2025-06-01T10:00:00+00:00", "2025-06-02T10:00:00+00:00", "2025-06-03T10:00:00+00:00"),
}


def export(folder: Path, source: OrderSource, first_id: int = 1) -> Path:
    """Write three orders as the source would: the last one in a status that does not count, where it has statuses."""
    headers = list(dict.fromkeys((*source.signature, *source.columns.values())))
    names = {header: name for name, header in source.columns.items()}
    times = ("06/01/25", "06/02/25", "06/03/25") if source.time_format else TIMES[source.times]
    kept = source.statuses[0] if source.statuses else "any"
    ids = tuple(str(first_id + row) for row in range(3))
    cells = {
        **CELLS,
        "order_id": ids,
        "order_time": times,
        "order_status": (kept, kept, "odd" if source.statuses else "any"),
    }
    lines = [[cells.get(names.get(header, ""), ("x", "x", "x"))[row] for header in headers] for row in range(3)]
    path = folder / "export.csv"
    path.write_text("\n".join(",".join(f'"{cell}"' for cell in line) for line in [headers, *lines]) + "\n", "utf-8")
    return path


def spends(folder: Path) -> dict[str, str]:
    return {row["customer_id"]: row["monetary"] for row in read_rows(folder / "export" / "customers.csv")}
