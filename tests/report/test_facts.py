"""The small tables of a report come to what plain Python makes of the customers of the run."""

from __future__ import annotations

from collections import Counter
from math import ceil
from typing import TYPE_CHECKING, Any

import pytest

from rfm_engine import open_run
from rfm_engine.report.facts import METRICS, collect_facts
from tests.report.figures import DATASETS

if TYPE_CHECKING:
    from pathlib import Path

    from rfm_engine.report.facts import Facts
    from rfm_engine.runs.finished import FinishedRun

Row = dict[str, Any]


@pytest.fixture(params=DATASETS)
def run(bundled: Path, request: pytest.FixtureRequest) -> FinishedRun:
    return open_run(bundled / request.param)


@pytest.fixture
def facts(run: FinishedRun) -> Facts:
    return collect_facts(run)


@pytest.fixture
def customers(run: FinishedRun) -> list[Row]:
    rows = run.customers().collect().to_dicts()
    return [row | {"monetary": int(row["monetary"] * 100)} for row in rows]


def test_the_cube_has_a_row_for_each_list_tier_and_scores(facts: Facts, customers: list[Row]) -> None:
    keys = ("region", "tier", "r_score", "f_score", "m_score")
    groups: dict[tuple[Any, ...], list[Row]] = {}
    for row in customers:
        groups.setdefault(tuple(row[key] for key in keys), []).append(row)

    found = {
        (row["list 0"], facts.tiers[row["tier"]], *(row[key] for key in keys[2:])): row for row in facts.cube.to_dicts()
    }

    assert found.keys() == groups.keys()
    for key, rows in groups.items():
        ends = {
            f"{end} {metric}": choose(row[metric] for row in rows)
            for metric in METRICS
            for end, choose in (("least", min), ("greatest", max))
        }
        sums = {"orders": sum(row["frequency"] for row in rows), "spend": sum(row["monetary"] for row in rows)}
        expected = {"customers": len(rows), "total": rows[0]["rfm_score"], **sums, **ends}
        assert {name: found[key][name] for name in expected} == expected


def test_sums_are_of_each_key_in_its_order_and_of_all(facts: Facts, customers: list[Row]) -> None:
    tiers = Counter(row["tier"] for row in customers)

    assert facts.sums("tier")["customers"].to_list() == [tiers[tier] for tier in facts.tiers if tiers[tier]]
    assert facts.totals == {
        "customers": len(customers),
        "orders": sum(row["frequency"] for row in customers),
        "spend": sum(row["monetary"] for row in customers),
    }


def test_the_curve_is_the_spend_of_the_highest(facts: Facts, customers: list[Row]) -> None:
    spends = sorted((row["monetary"] for row in customers), reverse=True)

    assert facts.curve == [sum(spends[: ceil(len(spends) * percent / 100)]) for percent in range(1, 101)]


def test_the_commonest_value_is_the_least_of_those_that_most_share(facts: Facts, customers: list[Row]) -> None:
    for metric in METRICS:
        counts = Counter(row[metric] for row in customers)

        assert facts.commonest[metric] == min(counts.items(), key=lambda pair: (-pair[1], pair[0]))
