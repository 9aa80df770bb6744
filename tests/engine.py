"""How the tests drive the engine: rows to files, rules to a dataset's keys, a run back to plain values."""

from __future__ import annotations

import csv
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from rfm_engine import pipeline
from rfm_engine.config.job import prepare_job
from rfm_engine.config.origins import Origins
from rfm_engine.grading.policies import Abcd
from rfm_engine.grading.schemes import Thresholds
from rfm_engine.orders.staging import OrderSet
from rfm_engine.plugins.host import PluginHost
from rfm_engine.rules import Rules as RulesInForce
from rfm_engine.rules import Weights

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    import polars as pl

    from rfm_engine.pipeline import Run
    from tests.oracle.scorer import Rules, TierRule

Row = dict[str, str | None]


def write_orders(path: Path, rows: Sequence[Row], columns: Sequence[str]) -> Path:
    """Write rows as a CSV file with the canonical names as its headers."""
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, columns)
        writer.writeheader()
        writer.writerows(rows)
    return path


def table_of(rules: Rules) -> dict[str, Any]:
    """Return the oracle's rules as the keys of a dataset file."""
    units = {100: "yuan", 1_000_000: "ten_thousand_yuan", 1: "fen"}
    scheme: dict[str, Any] = {"name": rules.scheme, "bins": rules.bins, "ties": rules.ties}
    if rules.scheme == "thresholds":
        cuts = {"recency_days": rules.recency_cuts, "frequency": rules.frequency_cuts, "monetary": rules.monetary_cuts}
        scheme = {"name": rules.scheme} | cuts
    table = {
        "as_of": rules.as_of,
        "since": rules.since,
        "by": list(rules.by),
        "region": rules.regions,
        "keep_status": rules.keep_status,
        "grain": rules.grain,
        "refunds": rules.refunds,
        "unit": units[rules.fen_per_unit],
        "amount_style": "point",
        "weights": list(rules.weights),
        "scheme": scheme,
        "tiers": {"name": "weighted", "table": [tier_of(tier) for tier in rules.tiers]},
    }
    return {key: value for key, value in table.items() if value is not None}


def tier_of(tier: TierRule) -> dict[str, Any]:
    """Return a row of the oracle's tier table as a row of the `weighted` policy."""
    row: dict[str, Any] = {"name": tier.name, "focus": tier.focus}
    few, many, months = tier.contacts_min, tier.contacts_max, tier.every_months
    row["contacts"] = {"contacts_min": few, "contacts_max": many, "every_months": months}
    if tier.low is not None:
        row["at_least" if tier.low_closed else "above"] = tier.low
    if tier.high is not None:
        row["at_most" if tier.high_closed else "below"] = tier.high
    return row


def run_files(folder: Path, paths: Sequence[Path], table: dict[str, Any]) -> Run:
    """Run order files under the keys of a dataset."""
    keys = {"name": "test", "orders": [path.name for path in paths]} | table
    return pipeline.run(prepare_job(keys, folder, PluginHost(), Origins(whole="test", each="test: {key}")))


def order_set_by(by: Sequence[str], rows: pl.LazyFrame, height: int) -> OrderSet:
    """Return rows that all count, as orders in lists by these columns."""
    rules = RulesInForce(date(2025, 7, 1), Weights(*[Decimal(1)] * 3), Thresholds(), Abcd())
    columns = tuple(rows.collect_schema().names())
    return OrderSet(rows=rows, height=height, columns=columns, by=tuple(by), order_by=tuple(by), checks=[], rules=rules)
