"""openretailscience's RFMSegmentation over DuckDB: the slim job, scored by its own rules (NTILE over one list)."""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec
from typing import TYPE_CHECKING

from bench.contenders.answer import SLIM

if TYPE_CHECKING:
    from pathlib import Path

    from bench.contenders.rules import Rules

name = "openretailscience"
columns = SLIM


def available() -> bool:
    """Return whether openretailscience is installed; it needs pandas 2, so it lives in an environment of its own."""
    return find_spec("openretailscience") is not None


def run(orders: Path, output: Path, rules: Rules) -> None:
    """Segment the orders of the window and write the customers, sorted."""
    ibis = import_module("ibis")
    segmentation = import_module("openretailscience.segmentation.rfm").RFMSegmentation
    if not rules.slim:
        message = "openretailscience knows neither lists nor last orders; compare it with --slim"
        raise SystemExit(message)
    source = ibis.read_parquet(orders) if orders.suffix == ".parquet" else ibis.read_csv(orders)
    renamed = source.select(
        customer_id="customer_id", transaction_id="order_id", unit_spend="order_amount", transaction_date="order_time"
    )
    day = renamed.transaction_date.date()
    inside = renamed.filter(day >= rules.since, day <= rules.as_of, renamed.unit_spend > 0)
    found = segmentation(inside, rules.as_of, r_segments=5, f_segments=5, m_segments=5)
    found.table.order_by("customer_id").to_parquet(output)
