"""Whom to call is found as plain Python finds them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import polars as pl
import pytest

from rfm_engine import open_run
from rfm_engine.report.candidates import (
    drop_keys,
    find_asleep,
    find_may_drop,
    find_near,
    find_woken,
    look_ahead_of,
    order_by_spend,
)
from rfm_engine.report.facts import Facts, collect_facts
from rfm_engine.runs.compare import compare_runs
from rfm_engine.runs.scale import scale_of
from tests.conftest import DATASETS
from tests.terminal import done

if TYPE_CHECKING:
    from pathlib import Path

    from rfm_engine.runs.finished import FinishedRun

Row = dict[str, Any]


@pytest.fixture(scope="module", params=["taian-curtains", "national-outdoor"])
def run(bundled: Path, request: pytest.FixtureRequest) -> FinishedRun:
    return open_run(bundled / request.param)


@pytest.fixture(scope="module")
def facts(run: FinishedRun) -> Facts:
    return collect_facts(run)


@pytest.fixture(scope="module")
def customers(facts: Facts) -> list[Row]:
    rows = facts.customers.collect().to_dicts()
    return sorted(rows, key=lambda row: (-row["monetary"], row["list 0"], row["customer_id"]))


def names(rows: list[Row] | pl.LazyFrame) -> list[tuple[str, str]]:
    found = rows.collect().to_dicts() if isinstance(rows, pl.LazyFrame) else rows
    return [(row["list 0"], row["customer_id"]) for row in found]


def test_the_highest_spend_comes_first(facts: Facts, customers: list[Row]) -> None:
    assert names(order_by_spend(facts.customers, facts)) == names(customers)


def test_those_of_the_worst_score_are_asleep(facts: Facts, customers: list[Row]) -> None:
    assert names(find_asleep(facts.customers, facts)) == names([row for row in customers if row["r_score"] == 1])


def test_those_near_lack_the_fewest_points_of_the_least_total_of_the_tier_above(
    facts: Facts, customers: list[Row]
) -> None:
    least: dict[tuple[str, int], Any] = {}
    for row in customers:
        key = row["list 0"], row["tier"]
        least[key] = min(least.get(key, row["rfm_score"]), row["rfm_score"])
    expected = []
    for row in customers:
        better = [tier for (name, tier) in least if name == row["list 0"] and tier < row["tier"]]
        if better and row["recency_days"] < 180:
            expected.append(row | {"short": least[row["list 0"], max(better)] - row["rfm_score"]})

    found = find_near(facts.customers, facts)

    assert names(found) == names(sorted(expected, key=lambda row: row["short"]))


def test_all_who_lose_their_tier_are_of_a_group_that_may(run: FinishedRun, facts: Facts, customers: list[Row]) -> None:
    scale, keys = scale_of(run), drop_keys(facts, scale_of(run))
    everyone = look_ahead_of(facts.customers.collect(), facts, scale)
    dropping = everyone.filter(pl.col("drops_on").is_not_null())

    groups = find_may_drop(facts.customers, facts, scale).collect()

    assert dropping.height > 0
    assert dropping.join(groups, on=keys, how="anti").is_empty()
    assert groups["customers"].sum() < len(customers)
    of_groups = look_ahead_of(groups.drop("customers"), facts, scale).select(*keys, "drops_on")
    assert (
        dropping.select(*keys, "drops_on")
        .unique()
        .sort(keys)
        .equals(of_groups.filter(pl.col("drops_on").is_not_null()).sort(keys))
    )


def test_who_slept_until_the_old_run_or_this_one_and_bought_since_is_woken(bundled: Path, tmp_path: Path) -> None:
    done("run", DATASETS / "taian-curtains", "--as-of", "2025-06-01", "--output", tmp_path, "--quiet")
    old, new = open_run(tmp_path / "taian-curtains"), open_run(bundled / "taian-curtains")
    slept = dict(old.customers().select("customer_id", "recency_days").collect().rows())
    facts = collect_facts(new)

    found = find_woken(facts.customers, facts, compare_runs(old, new)).collect()

    now = facts.customers.select("customer_id", "recency_days").collect().rows()
    expected = {name for name, days in now if days < 180 and slept.get(name, 0) + 30 >= 180}
    assert expected
    assert {*found["customer_id"]} == expected
