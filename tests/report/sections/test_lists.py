"""The section of the lists compares them by the figures that plain Python makes of the customers."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal
from typing import TYPE_CHECKING

from tests.report.figures import Report, table_row

if TYPE_CHECKING:
    from pathlib import Path


def test_lists(bundled: Path) -> None:
    report = Report(bundled / "national-outdoor")
    table, grids = report.page.tables["lists"]
    regions = sorted({row["region"] for row in report.customers})

    assert sorted(row[0] for row in table[1:]) == regions
    assert [row[3] for row in table[1:]] == sorted(
        (row[3] for row in table[1:]), key=lambda one: -Decimal(one[1:].replace(",", ""))
    )
    for name, *row in table[1:]:
        rows = [customer for customer in report.customers if customer["region"] == name]
        tiers = Counter(customer["tier"] for customer in rows)
        expected = table_row(report, name, rows, "")
        assert row == [
            expected[1],
            expected[3],
            expected[4],
            expected[5],
            *(f"{tiers[tier]:,}" for tier in report.tiers),
        ]
    counts = Counter((row["region"], row["r_score"], row["f_score"]) for row in report.customers)
    assert grids[1:] == [
        [f"{row[0]}, R {r}", *(f"{counts[row[0], r, f]:,}" for f in range(1, 6))]
        for row in table[1:]
        for r in range(5, 0, -1)
    ]


def test_one_list_has_no_comparison_of_lists(bundled: Path) -> None:
    assert "lists" not in Report(bundled / "sichuan-hiking").page.headlines
