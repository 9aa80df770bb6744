"""`rfm-engine insight` on the bundled datasets: the audit finds nothing, and every shown figure is right."""

from __future__ import annotations

import csv
import json
from collections import defaultdict
from decimal import Decimal
from pathlib import Path
from random import Random
from statistics import median
from typing import TYPE_CHECKING, Any

import fastexcel
import polars as pl
import pytest

from rfm_engine import open_run
from rfm_engine.insight.periods import Period
from rfm_engine.runs.verify import verify
from tests.insight.cases import find_computable, margins
from tests.report.page_reader import read_page
from tests.terminal import done, read_rows

if TYPE_CHECKING:
    from datetime import date

DATASETS = Path(__file__).parents[2] / "datasets"
NAMES = ("harbin-heating", "national-outdoor", "sichuan-hiking", "taian-curtains")
TABLES = ("demand", "outlook", "regions", "grades")
LENGTHS = {"month": 1, "quarter": 3, "half-year": 6, "year": 12}


@pytest.fixture(scope="module")
def releases(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The output folder of the releases of all bundled datasets, in English; of one also in Chinese below `zh`."""
    output = tmp_path_factory.mktemp("releases")
    answer = done("insight", *(DATASETS / name for name in NAMES), "--output", output)
    assert answer.out.count("withheld figures 0 can be computed") == len(NAMES)
    done("insight", DATASETS / "national-outdoor", "--output", output / "zh", "--language", "zh")
    return output


def read_table(releases: Path, dataset: str, name: str) -> list[dict[str, Any]]:
    return pl.read_parquet(releases / f"{dataset}.insight" / f"{name}.parquet").to_dicts()


def options_of(folder: Path) -> dict[str, Any]:
    return dict(json.loads((folder / "run.json").read_text("utf-8"))["options"])


def orders_of(dataset: str) -> list[tuple[str, str, date, str, Decimal]]:
    """Return product, region, day, customer and yuan of each order that counts, once."""
    rows = {}
    for path in sorted((DATASETS / dataset).glob("*.csv")):
        with path.open(encoding="utf-8-sig", newline="") as file:
            for row in csv.DictReader(file):
                values = list(row.values())
                rows[values[1]] = row
    orders = [order for row in rows.values() if (order := order_of(row, dataset))]
    customers = {customer for *_, customer, _ in orders}
    assert len(customers) >= 400
    return orders


def order_of(row: dict[str, str], dataset: str) -> tuple[str, str, date, str, Decimal] | None:
    known = {
        "customer_id": ("customer_id", "客户编号"),
        "region": ("region", "省份"),
        "product": ("product_name", "产品名称"),
        "amount": ("order_amount", "订单金额(元)", "订单金额(万元)"),
        "time": ("order_time", "下单时间"),
    }
    cell = {name: next(row[header] for header in headers if header in row) for name, headers in known.items()}
    day = pl.Series([cell["time"][:10]]).str.to_date("%Y-%m-%d")[0]
    since = {"taian-curtains": "2021-09-01"}.get(dataset, "2020-01-01")
    fits = since <= cell["time"][:10] <= "2025-07-01" and row.get("订单状态", "交易成功") == "交易成功"
    amount = Decimal(cell["amount"]) * (10_000 if dataset == "harbin-heating" else 1)
    return (
        (cell["product"], cell["region"], day, cell["customer_id"], amount)
        if (fits and cell["customer_id"] and amount > 0)
        else None
    )


@pytest.mark.parametrize("dataset", NAMES)
def test_every_shown_figure_of_the_demand_is_that_of_the_orders(releases: Path, dataset: str) -> None:
    length = options_of(releases / f"{dataset}.insight")["period"]
    cells: dict[tuple[str, str, str], list[tuple[str, str, Decimal]]] = defaultdict(list)
    for product, region, day, customer, yuan in orders_of(dataset):
        for name in (product, ""):
            for place in (region, ""):
                cells[name, place, str(Period.of(day, length))].append((customer, region, yuan))

    table = read_table(releases, dataset, "demand")

    assert len(table) > 50
    for row in table:
        bought = cells[row["product"], row["region"], row["period"]]
        shown = (row["customers"], row["orders"], row["spend"])
        assert shown == (len({one[:2] for one in bought}), len(bought), sum(yuan for *_, yuan in bought)), row
        assert len({customer for customer, *_ in bought}) >= 5
        largest = sorted(totals_of(bought), reverse=True)
        assert largest[0] * 100 <= 50 * row["spend"]
        assert sum(largest[:2]) * 100 <= 85 * row["spend"]


def totals_of(bought: list[tuple[str, str, Decimal]]) -> list[Decimal]:
    totals: dict[str, Decimal] = defaultdict(Decimal)
    for customer, _, yuan in bought:
        totals[customer] += yuan
    return list(totals.values())


@pytest.mark.parametrize("dataset", ["sichuan-hiking", "national-outdoor"])
def test_grades_are_those_of_the_run(releases: Path, bundled: Path, dataset: str) -> None:
    customers = open_run(bundled / dataset).customers().collect().to_dicts()

    for row in read_table(releases, dataset, "grades"):
        alike = [one for one in customers if row["region"] in (one["region"], "") and row["tier"] in (one["tier"], "")]
        assert row["customers"] == len(alike) >= 5
        assert abs(row["median_spend"] - median(one["monetary"] for one in alike)) <= 5


def test_a_year_before_is_compared_only_where_both_are_whole(releases: Path) -> None:
    table = {(r["product"], r["region"], r["period"]): r for r in read_table(releases, "sichuan-hiking", "demand")}

    for (product, region, period), row in table.items():
        before = table.get((product, region, str(Period.parse(period).year_before())))
        assert row["spend_year_before"] == (before and before["spend"])
        if before and row["is_whole"] and before["is_whole"]:
            change = 100 * (row["spend"] - before["spend"]) / before["spend"]
            assert abs(row["change_percent"] - change) <= Decimal("0.05")
        else:
            assert row["change_percent"] is None


def test_the_outlook_is_last_years_season_with_the_error_of_that_guess(releases: Path) -> None:
    demand = {(r["product"], r["region"], r["period"]): r for r in read_table(releases, "taian-curtains", "demand")}
    outlook = read_table(releases, "taian-curtains", "outlook")

    assert {row["period"] for row in outlook} == {"2025-Q3", "2025-Q4", "2026-Q1"}
    for row in outlook:
        key = (row["product"], row["region"])
        assert row["spend"] == demand[*key, str(Period.parse(row["period"]).year_before())]["spend"]
        pairs = [
            one for (*place, _), one in demand.items() if tuple(place) == key and one["change_percent"] is not None
        ]
        assert row["measured_periods"] == len(pairs)
        if len(pairs) >= 2:
            missed = sum(abs(one["spend"] - one["spend_year_before"]) for one in pairs)
            error = 100 * missed / sum(one["spend"] for one in pairs)
            assert abs(row["error_percent"] - error) <= Decimal("0.05")


def test_auto_is_the_finest_length_at_which_four_fifths_of_the_spend_are_shown(releases: Path, tmp_path: Path) -> None:
    found = {}
    for length in LENGTHS:
        done("insight", DATASETS / "sichuan-hiking", "--period", length, "--output", tmp_path, "--for", "suppliers")
        found[length] = options_of(tmp_path / "sichuan-hiking.insight")["shown_percent"]

    assert found == {"month": 23, "quarter": 69, "half-year": 93, "year": 100}
    assert options_of(releases / "sichuan-hiking.insight")["period"] == "half-year"


def test_without_further_cells_an_outsider_computes_some_and_with_them_none(tmp_path: Path) -> None:
    done("insight", DATASETS / "taian-curtains", "--period", "quarter", "--output", tmp_path, "--for", "suppliers")
    shown = {
        (row["product"], row["region"], row["period"]): row for row in read_table(tmp_path, "taian-curtains", "demand")
    }
    cells: dict[tuple[str, str, Any], set[str]] = defaultdict(set)
    for product, region, day, customer, _ in orders_of("taian-curtains"):
        for name in (product, ""):
            cells[name, region, str(Period.of(day, "quarter"))].add(customer)

    small = [place for place, customers in cells.items() if len(customers) < 5]
    withheld = [place for place in cells if place not in shown]

    rows = {
        name: [row for row in margins(cells, hidden) if any(row)]
        for name, hidden in {"small": small, "all": withheld}.items()
    }
    assert len(find_computable(rows["small"], small, small)) > 0
    assert find_computable(rows["all"], withheld, withheld) == []


def test_the_tables_are_the_same_in_every_format_and_language(releases: Path) -> None:
    english, chinese = releases / "national-outdoor.insight", releases / "zh" / "national-outdoor.insight"

    for position, name in enumerate(TABLES):
        rows = read_rows(english / f"{name}.csv")
        translated = read_rows(chinese / f"{name}.csv")
        sheet = fastexcel.read_excel(chinese / "insight.xlsx").load_sheet(position).to_polars()
        assert len(rows) == len(translated) == sheet.height == pl.read_parquet(chinese / f"{name}.parquet").height
        assert sheet.columns == [*translated[0]]
        assert not [header for header in sheet.columns if header.isascii()]
        assert (english / f"{name}.parquet").read_bytes() == (chinese / f"{name}.parquet").read_bytes()
    assert verify(english).differences == []


def test_no_customer_stands_anywhere_in_a_release(releases: Path) -> None:
    customers = {customer for *_, customer, _ in orders_of("national-outdoor")}
    for folder in (releases / "national-outdoor.insight", releases / "zh" / "national-outdoor.insight"):
        texts = [(folder / f"{name}.csv").read_text("utf-8-sig") for name in TABLES]
        page = read_page(folder / "insight.html")
        assert not [one for one in customers for text in [*texts, " ".join(page.text)] if one in text]
        assert [*page.headlines] == ["demand", "outlook", "regions", "grades", "safety"]


@pytest.mark.parametrize("seed", range(6))
def test_orders_of_lines_or_with_refunds_are_audited_too(seed: int, tmp_path: Path) -> None:
    draw = Random(seed)
    rows = ["customer_id,order_id,region,product_name,order_amount,order_time"]
    for order in range(400):
        customer, day = draw.randrange(90), f"2024-{draw.randrange(1, 13):02}-{draw.randrange(1, 29):02}"
        for product in draw.sample("abcde", draw.randrange(1, 4)):
            number = f"o{order}" if seed % 2 else f"o{order}{product}"
            amount = "-5" if draw.random() < 0.1 else draw.choice(["10", "20.5", "30"])
            rows.append(f"c{customer},{number},{'NS'[customer % 2]},{product},{amount},{day}")
    (tmp_path / "orders.csv").write_text("\n".join(rows), "utf-8")
    rules = ("--grain", "line") if seed % 2 else ("--refunds", "net")

    done("insight", "--orders", tmp_path / "orders.csv", "--as-of", "2024-12-31", *rules, "--output", tmp_path)

    demand = {(r["product"], r["region"], r["period"]): r for r in read_table(tmp_path, "orders", "demand")}
    whole = [row for (product, region, _), row in demand.items() if not product and not region]
    amounts: dict[str, Decimal] = defaultdict(Decimal)
    for cells in (row.split(",") for row in rows[1:]):
        amounts[cells[1]] += Decimal(cells[4])
    counted = [amount for amount in amounts.values() if amount > 0 or not seed % 2]
    assert sum(row["spend"] for row in whole) == sum(counted)
    for (product, region, period), row in demand.items():
        parts = [demand.get((name, region, period)) for name in "abcde"] if not product else []
        if parts and all(parts):
            assert sum(part["spend"] for part in parts if part) == row["spend"]
