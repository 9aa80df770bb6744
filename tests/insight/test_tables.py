"""Every figure of the tables is that of the orders and of the run."""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal
from pathlib import Path
from statistics import median

import pytest

from rfm_engine import open_run
from rfm_engine.insight.periods import Period
from tests.insight.attack.releases import NAMES, options_of, orders_of, read_table
from tests.terminal import done

DATASETS = Path(__file__).parents[2] / "datasets"
TABLES = ("demand", "outlook", "regions", "grades")


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


def test_a_partner_gets_the_tables_that_are_meant_for_it(tmp_path: Path) -> None:
    for audience, names in {"suppliers": TABLES[:2], "channels": TABLES[2:3], "banks": TABLES[3:]}.items():
        done("insight", DATASETS / "harbin-heating", "--for", audience, "--output", tmp_path)
        there = {path.stem for path in (tmp_path / "harbin-heating.insight").glob("*.csv")}
        assert there == {*names}
