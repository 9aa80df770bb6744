"""A report beside the customers that it was made of, and how the page writes their figures."""

from __future__ import annotations

from decimal import ROUND_HALF_EVEN, Decimal
from typing import TYPE_CHECKING, Any

from rfm_engine import open_run
from tests.report.page_reader import read_page
from tests.terminal import done

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from tests.report.page_reader import Page

Row = dict[str, Any]
DATASETS = ("harbin-heating", "national-outdoor", "sichuan-hiking", "taian-curtains")
PERIODS = {"month": 1, "quarter": 3, "half-year": 6, "year": 12}


class Report:
    """A page, and the customers and the record that it was made of."""

    def __init__(self, folder: Path) -> None:
        done("report", folder)
        run = open_run(folder)
        self.page: Page = read_page(folder.with_name(f"{folder.name}.report.html"))
        self.customers: list[Row] = run.customers().collect().to_dicts()
        self.record = run.record
        self.tiers = [tier.name for tier in run.record.tier_table]

    def spend(self, rows: Iterable[Row] | None = None) -> Decimal:
        return sum((row["monetary"] for row in (self.customers if rows is None else rows)), Decimal())


def share(part: Decimal | int, whole: Decimal | int) -> str:
    return f"{(Decimal(100) * part / whole).quantize(Decimal('0.1'), ROUND_HALF_EVEN)} %"


def money(yuan: Decimal) -> str:
    return f"¥{yuan:,.2f}"


def whole_yuan(yuan: Decimal) -> str:
    return f"¥{yuan.quantize(Decimal(1), ROUND_HALF_EVEN):,}"


def contacts(customers: int, cadence: str) -> list[Decimal]:
    times, period = cadence.split(" per ")
    ends = [int(number) for number in times.split("-")]
    every = PERIODS[period]
    return [(Decimal(customers * end) / every).quantize(Decimal("0.1"), ROUND_HALF_EVEN) for end in (ends[0], ends[-1])]


def span(ends: list[Decimal]) -> str:
    return f"{ends[0]:,}" if ends[0] == ends[1] else f"{ends[0]:,}–{ends[1]:,}"


def table_row(report: Report, name: str, rows: list[Row], wanted: str) -> list[str]:
    orders, spend = sum(row["frequency"] for row in rows), report.spend(rows)
    shares = share(len(rows), len(report.customers)), share(spend, report.spend())
    return [name, f"{len(rows):,}", shares[0], f"{orders:,}", money(spend), shares[1], wanted]
