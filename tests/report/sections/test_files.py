"""The section of the order files has the rows of the ledger."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.report.figures import Report


def test_order_files_add_up_to_the_rows_read(report: Report) -> None:
    found = report.page.tables["files"][0][1:]

    assert sum(int(row[1].replace(",", "")) for row in found) == report.record.ledger["read"]
    assert found[0][1] == f"{report.record.ledger['used']:,}"
