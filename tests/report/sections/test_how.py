"""The section of the rules has the values of each score, as plain Python finds them."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tests.report.figures import Report


def test_the_values_of_each_score(report: Report) -> None:
    found = report.page.tables["how"][0][1:]

    groups: dict[tuple[str, str, int], list[Any]] = defaultdict(list)
    for score, metric in (("r_score", "recency_days"), ("f_score", "frequency"), ("m_score", "monetary")):
        for row in report.customers:
            groups[row["region"], score, row[score]].append(row[metric])
    expected = [
        [region, f"{score[0].upper()} {number}", f"{min(values):,}", f"{max(values):,}", f"{len(values):,}"]
        for (region, score, number), values in groups.items()
    ]
    assert sorted(found) == sorted(expected)
