"""Releases of the bundled datasets as tests read them, and the orders that they are made of, by plain Python."""

from __future__ import annotations

import csv
import json
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl

from rfm_engine.config.overrides import Overrides, resolve_jobs
from rfm_engine.plugins.host import PluginHost

if TYPE_CHECKING:
    from datetime import date

    from rfm_engine.config.job import Job

DATASETS = Path(__file__).parents[3] / "datasets"
NAMES = ("harbin-heating", "national-outdoor", "sichuan-hiking", "taian-curtains")
TABLES = ("demand", "outlook", "regions", "grades")
LENGTHS = {"month": 1, "quarter": 3, "half-year": 6, "year": 12}


def read_table(releases: Path, dataset: str, name: str) -> list[dict[str, Any]]:
    return pl.read_parquet(releases / f"{dataset}.insight" / f"{name}.parquet").to_dicts()


def options_of(folder: Path) -> dict[str, Any]:
    return dict(json.loads((folder / "run.json").read_text("utf-8"))["options"])


def orders_of(dataset: str) -> list[tuple[str, str, date, str, Decimal]]:
    """Return product, region, day, customer and yuan of each order that counts, once."""
    rows = {}
    for path in sorted((DATASETS / dataset).glob("*.csv")):
        with path.open(encoding="utf-8-sig", newline="") as file:
            for row in csv.DictReader(file):
                values = list(row.values())
                rows[values[1]] = row
    orders = [order for row in rows.values() if (order := order_of(row, dataset))]
    customers = {customer for *_, customer, _ in orders}
    assert len(customers) >= 400
    return orders


def order_of(row: dict[str, str], dataset: str) -> tuple[str, str, date, str, Decimal] | None:
    known = {
        "customer_id": ("customer_id", "客户编号"),
        "region": ("region", "省份"),
        "product": ("product_name", "产品名称"),
        "amount": ("order_amount", "订单金额(元)", "订单金额(万元)"),
        "time": ("order_time", "下单时间"),
    }
    cell = {name: next(row[header] for header in headers if header in row) for name, headers in known.items()}
    day = pl.Series([cell["time"][:10]]).str.to_date("%Y-%m-%d")[0]
    since = {"taian-curtains": "2021-09-01"}.get(dataset, "2020-01-01")
    fits = since <= cell["time"][:10] <= "2025-07-01" and row.get("订单状态", "交易成功") == "交易成功"
    amount = Decimal(cell["amount"]) * (10_000 if dataset == "harbin-heating" else 1)
    return (
        (cell["product"], cell["region"], day, cell["customer_id"], amount)
        if (fits and cell["customer_id"] and amount > 0)
        else None
    )


def job_of(dataset: str, **options: Any) -> Job:  # noqa: ANN401 keys of a dataset
    """Return a bundled dataset with other keys, ready to be released."""
    (job,) = resolve_jobs([DATASETS / dataset], Overrides(keys=options), PluginHost())
    return job
