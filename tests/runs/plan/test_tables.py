"""The tables of a plan have a row a customer, and what callers need."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from rfm_engine.runs.plan.tables import select_for_callers
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
