"""The section of the tiers has the figures that plain Python makes of the customers."""

from __future__ import annotations

from decimal import Decimal

from tests.report.figures import Report, contacts, span, table_row


def test_tiers(report: Report) -> None:
    found = report.page.tables["tiers"][0][1:]

    expected, load = [], [Decimal(), Decimal()]
    for tier in report.record.tier_table:
        rows = [row for row in report.customers if row["tier"] == tier.name]
        wanted = contacts(len(rows), tier.contacts or "")
        load = [one + other for one, other in zip(load, wanted, strict=True)]
        expected.append(table_row(report, tier.name, rows, span(wanted)))
    assert found == [*expected, table_row(report, "All", report.customers, span(load))]
    first = expected[0]
    assert report.page.headlines["tiers"] == (
        f"Contact the {first[1]} A customers first: {first[2]} of the customers bring {first[5]} of the spend."
    )
