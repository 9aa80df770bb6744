"""A few orders with ids that rise, and a run of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rfm_engine import pipeline
from rfm_engine.config.job import prepare_job
from rfm_engine.config.origins import Origins
from rfm_engine.plugins.host import PluginHost
from tests.engine import write_orders

if TYPE_CHECKING:
    from pathlib import Path

    from rfm_engine.system.stage_timer import StageTimer
    from tests.engine import Row

COLUMNS = ("customer_id", "order_id", "order_amount", "order_time", "region")
SNIFFED = 100
"""Orders that are looked at before all are."""

SHOP = """\
Customer ID,Order ID,Amount,Date,Name,Phone Number,Note
lena,1,10.00,2025-06-05,Lena A,138001,first
lena,2,12.00,2025-06-05,Lena B,138002,=x
omar,3,30.00,2025-06-28,Omar,,gift
omar,3,30.00,2025-06-28,Omar,1399,gift
"""
CARRY = ("--carry", "customer_name", "--carry", "phone", "--carry", "Note")


def orders(rows: int, **last: str | None) -> list[Row]:
    """Return orders with rising ids, the last of which differs."""
    same: Row = {"order_amount": "5.00", "order_time": "2025-06-01 08:00:00"}
    made = [same | {"customer_id": f"c{n % 7}", "order_id": f"o{n:04}", "region": f"r{n % 2}"} for n in range(rows)]
    return [*made[:-1], made[-1] | last]


def grade_rows(folder: Path, rows: list[Row], rules: dict[str, Any], clock: StageTimer | None = None) -> pipeline.Run:
    """Run a file of these orders."""
    path = write_orders(folder / "orders.csv", rows, COLUMNS)
    table = {"name": "x", "orders": [path.name], "as_of": "2025-07-01", **rules}
    return pipeline.run(prepare_job(table, folder, PluginHost(), Origins(whole="test")), clock=clock)
