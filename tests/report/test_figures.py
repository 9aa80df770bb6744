"""Every number of the page, computed again from the customers by plain Python."""

from __future__ import annotations

from collections import Counter, defaultdict
from decimal import ROUND_HALF_EVEN, Decimal
from math import ceil
from typing import TYPE_CHECKING, Any

import pytest

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


@pytest.fixture(scope="module", params=DATASETS)
def report(bundled: Path, request: pytest.FixtureRequest) -> Report:
    return Report(bundled / str(request.param))


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


def table_row(report: Report, name: str, rows: list[Row], wanted: str) -> list[str]:
    orders, spend = sum(row["frequency"] for row in rows), report.spend(rows)
    shares = share(len(rows), len(report.customers)), share(spend, report.spend())
    return [name, f"{len(rows):,}", shares[0], f"{orders:,}", money(spend), shares[1], wanted]


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


def test_order_files_add_up_to_the_rows_read(report: Report) -> None:
    found = report.page.tables["files"][0][1:]

    assert sum(int(row[1].replace(",", "")) for row in found) == report.record.ledger["read"]
    assert found[0][1] == f"{report.record.ledger['used']:,}"


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
