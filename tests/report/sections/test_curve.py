"""The section of the spend has the curve that plain Python makes of the customers."""

from __future__ import annotations

from decimal import Decimal
from math import ceil

from tests.report.figures import Report, share, whole_yuan


def test_the_curve_of_spend(report: Report) -> None:
    spends = sorted((row["monetary"] for row in report.customers), reverse=True)
    parts = {percent: sum(spends[: ceil(len(spends) * percent / 100)], Decimal()) for percent in range(1, 101)}
    tops, curve = report.page.tables["curve"]

    assert [row[:2] for row in tops[1:]] == [
        [f"{percent} %", f"{ceil(len(spends) * percent / 100):,}"] for percent in (1, 5, 10, 20, 50)
    ]
    assert [row[2:] for row in tops[1:]] == [
        [whole_yuan(parts[percent]), share(parts[percent], report.spend())] for percent in (1, 5, 10, 20, 50)
    ]
    assert curve[1:] == [[f"{step} %", share(parts[step], report.spend())] for step in range(5, 101, 5)]
