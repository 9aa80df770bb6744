"""The section of the scores has the figures that plain Python makes of the customers."""

from __future__ import annotations

from collections import Counter

import pytest

from tests.report.figures import Report, money, share


@pytest.mark.parametrize(
    ("position", "score", "metric"),
    [(0, "r_score", "recency_days"), (1, "f_score", "frequency"), (2, "m_score", "monetary")],
)
def test_score_bands(report: Report, position: int, score: str, metric: str) -> None:
    found = {row[0]: row[1:] for row in report.page.tables["bands"][position][1:]}

    assert [*found] == list("54321" if score == "r_score" else "12345")
    for label, row in found.items():
        values = [customer[metric] for customer in report.customers if customer[score] == int(label)]
        ends = sorted({min(values), max(values)}) if values else []
        shown = "–".join(f"{end:,}" for end in ends) or "–"
        assert row == [f"{len(values):,}", share(len(values), len(report.customers)), shown]


def test_the_values_that_most_customers_share(report: Report) -> None:
    text = " ".join(report.page.text)

    named = {"recency_days": "number of days", "frequency": "number of orders", "monetary": "spend"}
    for metric, name in named.items():
        counts = Counter(row[metric] for row in report.customers)
        most = max(counts.values())
        value = min(value for value, customers in counts.items() if customers == most)
        shown = money(value) if metric == "monetary" else f"{value:,}"
        part = share(most, len(report.customers))
        assert f"Commonest {name}: {shown}, shared by {most:,} customers ({part})." in text
