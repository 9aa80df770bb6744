"""A customer is due an interval after the last contact, and a tier without one is spread."""

from __future__ import annotations

from datetime import date, timedelta

import polars as pl
import pytest

from rfm_engine.runs.plan.plan import PlanOptions, make_plan
from tests.runs.plan.made_up_runs import CONTACTS, JULY, TIERS, run_of


def test_a_tier_that_was_never_contacted_is_spread_over_its_interval() -> None:
    names = [f"c{number:03}" for number in range(365)]
    plan = make_plan(run_of(dict.fromkeys(names, "D"), dict.fromkeys(names, 1)), PlanOptions(month=JULY))
    by_month = plan.customers["due"].dt.truncate("1mo").value_counts(sort=True)
    assert by_month.height == 12
    assert set(by_month["count"]) <= {28, 30, 31}


@pytest.mark.parametrize(("old", "new", "last", "expected"), [
    ("B", "A", date(2025, 6, 10), date(2025, 7, 10)),
    ("A", "D", date(2025, 6, 10), date(2026, 6, 10)),
    ("C", "C", date(2025, 6, 30), date(2025, 12, 30)),
])  # fmt: skip
def test_a_promotion_shortens_and_a_demotion_lengthens_the_wait(old: str, new: str, last: date, expected: date) -> None:
    state = pl.LazyFrame(
        {
            "customer_id": ["c"],
            "previous_rank": pl.Series([TIERS.index(old)], dtype=pl.Int32),
            "last_contact": [last],
            "due": [last + timedelta(days=CONTACTS[old][2] * 30)],
            "attempt": [0],
            "retry_on": pl.Series([None], dtype=pl.Date),
            "do_not_call": [False],
        }
    )
    plan = make_plan(run_of({"c": new}, {"c": 5}), PlanOptions(month=JULY), state)
    assert plan.customers["due"].to_list() == [expected]
