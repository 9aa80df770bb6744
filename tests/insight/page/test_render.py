"""The page of a release has its sections, and no customer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.insight.attack.releases import TABLES, orders_of
from tests.report.page_reader import read_page

if TYPE_CHECKING:
    from pathlib import Path


def test_no_customer_stands_anywhere_in_a_release(releases: Path) -> None:
    customers = {customer for *_, customer, _ in orders_of("national-outdoor")}
    for folder in (releases / "national-outdoor.insight", releases / "zh" / "national-outdoor.insight"):
        texts = [(folder / f"{name}.csv").read_text("utf-8-sig") for name in TABLES]
        page = read_page(folder / "insight.html")
        assert not [one for one in customers for text in [*texts, " ".join(page.text)] if one in text]
        assert [*page.headlines] == ["demand", "outlook", "regions", "grades", "safety"]
