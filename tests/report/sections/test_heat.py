"""The section of recency and frequency has the figures that plain Python makes of the customers."""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal

from tests.report.figures import Report, Row, money, whole_yuan


def test_recency_and_frequency(report: Report) -> None:
    cells: dict[str, list[Row]] = defaultdict(list)
    for row in report.customers:
        cells[f"R {row['r_score']}, F {row['f_score']}"].append(row)

    found = {row[0]: row[1:] for row in report.page.tables["heat"][0][1:]}

    assert len(found) == 25
    for name, shown in found.items():
        rows = cells[name]
        fen = int(report.spend(rows) * 100)
        mean = money(Decimal(fen // len(rows)) / 100) if rows else "–"
        assert shown == [f"{len(rows):,}", money(report.spend(rows)), mean]
    quiet = [row for row in report.customers if row["r_score"] <= 2 and row["f_score"] >= 4]
    assert f"{len(quiet):,} frequent customers" in report.page.headlines["heat"]
    assert whole_yuan(report.spend(quiet)) in report.page.headlines["heat"]
