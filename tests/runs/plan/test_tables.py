"""The tables of a plan have a row a customer, and what callers need."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import polars as pl

from rfm_engine.runs.plan.outcomes import DONE
from rfm_engine.runs.plan.plan import PlanOptions, make_plan
from rfm_engine.runs.plan.tables import select_for_callers, summarize
from tests.runs.plan.made_up_runs import JULY, TIERS, run_of
from tests.terminal import read_rows

if TYPE_CHECKING:
    from pathlib import Path

HEADERS = (
    "list owner date customer_id tier call due overdue_days attempt last_contact rfm_score recency_days frequency "
    "monetary last_product_name last_order_time focus why also_in done_on outcome note"
)


def test_the_calls_have_their_columns_in_order(december_plan: Path) -> None:
    assert " ".join(read_rows(december_plan / "plan.csv")[0]) == HEADERS


def test_a_customer_of_several_lists_is_one_call_in_the_best_tier(december_plan: Path, monthly_runs: Path) -> None:
    customers = pl.read_parquet(monthly_runs / "2025-07-01" / "national-outdoor" / "customers.parquet")
    tiers = customers.group_by("customer_id").agg(pl.col("tier").cast(pl.String).min(), pl.col("region"))
    best = {name: (tier, {*regions}) for name, tier, regions in tiers.rows()}
    state = pl.read_parquet(december_plan / "plan.parquet").unique("customer_id")

    assert state.height == len(best)
    for name, tier, region, others in state.select("customer_id", "tier", "region", "also_in").rows():
        assert (tier, {region, *(others or region).split(", ")}) == best[name]


def test_a_sheet_names_two_of_the_other_lists_and_how_many_more(december_plan: Path) -> None:
    calls = pl.read_csv(december_plan / "plan.csv", infer_schema=False).head(4)
    lists = pl.Series("also_in", [None, "一", "一, 二", "一, 二, 三, 四"])

    assert select_for_callers(calls.with_columns(lists))["also_in"].to_list() == [None, "一", "一, 二", "一, 二 … +2"]


def test_the_summary_counts_what_plain_python_counts_by_owner_and_tier() -> None:
    names = [f"c{number:03}" for number in range(80)]
    tiers = {name: TIERS[number % 4] for number, name in enumerate(names)}
    plan = make_plan(run_of(tiers, dict.fromkeys(names, 5)), PlanOptions(month=JULY, capacity=1))
    outcomes = [("c000", date(2025, 6, 3), "reached", None), ("c001", date(2025, 6, 3), "refused", None)]
    done_before = pl.DataFrame(outcomes, schema=DONE, orient="row")

    rows = summarize(plan, done_before).to_dicts()

    first = plan.calls.filter(call=1)
    due = {tier: first.filter(tier=tier).height + plan.carried_over.filter(tier=tier).height for tier in TIERS}
    room = len(plan.agendas[0].days)
    assert [row["tier"] for row in rows] == [*TIERS]
    assert {row["tier"]: row["due_calls"] for row in rows} == due
    assert {row["tier"]: row["planned"] for row in rows} == {
        tier: plan.calls.filter(tier=tier).height for tier in TIERS
    }
    assert sum(row["carried_over"] for row in rows) == plan.carried_over.height > 0
    assert [row["reached"] for row in rows] == [1, 0, 0, 0]
    assert [row["room"] for row in rows] == [room, None, None, None]
    assert [row["utilisation"] for row in rows] == [round(100 * sum(due.values()) / room, 1), None, None, None]


def test_an_owner_without_a_day_has_no_utilisation() -> None:
    plan = make_plan(run_of({"a": "A"}, {"a": 5}), PlanOptions(month=JULY, capacity=0))

    (row,) = summarize(plan, pl.DataFrame(schema=DONE)).to_dicts()

    assert (row["room"], row["utilisation"], row["due_calls"], row["planned"]) == (0, None, 1, 0)
