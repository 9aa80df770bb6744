"""The laws of a call plan, over 24 months of random outcomes, promotions and demotions."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, timedelta
from random import Random
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, cast

import polars as pl
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from rfm_engine.runs.plan.month import Month
from rfm_engine.runs.plan.outcomes import DONE, apply_outcomes
from rfm_engine.runs.plan.plan import Plan, PlanOptions, make_plan, read_state
from rfm_engine.runs.plan.tables import select_state

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rfm_engine.runs.finished import FinishedRun

TIERS = ("A", "B", "C", "D")
CONTACTS = {"A": (1, 2, 1), "B": (1, 2, 3), "C": (1, 2, 6), "D": (1, 1, 12)}
JULY = Month(date(2025, 7, 1))
HALF_DAYS = {tier: every * 30 // (2 * few) for tier, (few, _, every) in CONTACTS.items()}


def run_of(tiers: dict[str, str], spend: dict[str, int]) -> FinishedRun:
    """Return what a plan asks of a finished run, for customers with these tiers."""
    rows = [
        {
            "customer_id": name,
            "tier": tier,
            "monetary": spend[name],
            "contacts_min": CONTACTS[tier][0],
            "contacts_max": CONTACTS[tier][1],
            "contact_every_months": CONTACTS[tier][2],
        }
        for name, tier in tiers.items()
    ]
    frame = pl.LazyFrame(rows, schema_overrides={"tier": pl.Enum(TIERS), "monetary": pl.Decimal(18, 2)})
    return cast("FinishedRun", SimpleNamespace(customers=lambda: frame, record=SimpleNamespace(lists_by=[])))


def months(count: int) -> list[Month]:
    return [Month(date(2025 + number // 12, number % 12 + 1, 1)) for number in range(count)]


def check_month(plan: Plan, capacity: int, off: frozenset[date]) -> None:
    calls = plan.calls
    first = calls.filter(pl.col("call") == 1)
    eligible = plan.customers.filter(
        pl.col("due") <= plan.month.last_day,
        ~pl.col("do_not_call"),
        pl.col("earliest").is_null() | (pl.col("earliest") <= plan.month.last_day),
    )
    assert first.height + plan.carried_over.height == eligible.height
    assert (calls["date"].value_counts()["count"] <= capacity).all()
    assert not set(calls["date"]) & off
    assert all(day.weekday() < 5 and plan.month.first_day <= day <= plan.month.last_day for day in calls["date"])
    days = plan.agendas[0].days
    if eligible.height <= len(days) * capacity:
        assert plan.carried_over.height == count_too_many(eligible["earliest"], days, capacity)


def count_too_many(earliest: pl.Series, days: Sequence[date], capacity: int) -> int:
    """Return how many calls no one can place: those from a day on that are more than the room from there on."""
    late = [
        earliest.filter(earliest > day).len() - capacity * (len(days) - 1 - place) for place, day in enumerate(days)
    ]
    return max(0, *late)


@settings(max_examples=6, deadline=None)
@given(seed=st.integers(0, 10**6), capacity=st.integers(1, 6))
@example(seed=349_483, capacity=1)
def test_no_one_is_called_twice_within_half_an_interval_and_due_is_placed_or_carried_over(
    seed: int, capacity: int
) -> None:
    random = Random(seed)
    names = [f"c{number:03}" for number in range(60)]
    tiers, spend = {name: random.choice(TIERS) for name in names}, {name: random.randrange(1, 9_999) for name in names}
    state, contacts = None, defaultdict[str, list[date]](list)
    for month in months(24):
        off = frozenset(random.sample(month.days, 3))
        plan = make_plan(run_of(tiers, spend), PlanOptions(month=month, capacity=capacity, days_off=off), state)
        check_month(plan, capacity, off)
        outcomes: list[tuple[Any, ...]] = []
        for name, day in plan.calls.sort("date").select("customer_id", "date").rows():
            outcome = random.choices(["reached", "no answer", "refused", None], [6, 2, 1, 1])[0]
            if outcome in {"reached", "refused"}:
                if contacts[name]:
                    assert (day - contacts[name][-1]).days >= HALF_DAYS[tiers[name]]
                contacts[name].append(day)
            if outcome:
                outcomes.append((name, day, outcome, None))
        done = pl.DataFrame(outcomes, schema=DONE, orient="row")
        state = apply_outcomes(read_state(select_state(plan)), done, [])
        for name in random.sample(names, 4):
            tiers[name] = random.choice(TIERS)


def test_every_customer_is_called_within_a_bounded_time_even_where_room_is_short() -> None:
    names = [f"c{number:03}" for number in range(120)]
    tiers, spend = {name: TIERS[number % 4] for number, name in enumerate(names)}, dict.fromkeys(names, 100)
    state, called = None, set[str]()
    for month in months(72):  # a D moves before an A who is due when it is overdue for three intervals of a year
        plan = make_plan(run_of(tiers, spend), PlanOptions(month=month, capacity=2), state)
        called |= set(plan.calls["customer_id"])
        reached = [(name, day, "reached", None) for name, day in plan.calls.select("customer_id", "date").rows()]
        state = apply_outcomes(read_state(select_state(plan)), pl.DataFrame(reached, schema=DONE, orient="row"), [])
    assert called == set(names)


def test_the_order_of_the_rows_changes_nothing() -> None:
    names = [f"c{number:03}" for number in range(90)]
    tiers, spend = (
        {name: TIERS[number % 4] for number, name in enumerate(names)},
        {name: 7 * len(name) for name in names},
    )
    options = PlanOptions(month=JULY, capacity=3)
    forwards = make_plan(run_of(tiers, spend), options).calls
    backwards = make_plan(run_of(dict(reversed(tiers.items())), spend), options).calls
    assert forwards.equals(backwards)


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


def test_three_calls_without_an_answer_wait_for_the_next_interval_and_do_not_call_is_for_ever() -> None:
    state = read_state(select_state(make_plan(run_of({"a": "A", "b": "A"}, {"a": 2, "b": 1}), PlanOptions(month=JULY))))
    misses = [("a", date(2025, 7, day), "no answer", None) for day in (1, 4, 9)]
    stopped = [("b", date(2025, 7, 2), "do not call", None)]
    after = (
        apply_outcomes(state, pl.DataFrame(misses[:2] + stopped, schema=DONE, orient="row"), [])
        .sort("customer_id")
        .collect()
    )
    assert after.select("attempt", "retry_on", "do_not_call").rows() == [(2, date(2025, 7, 9), False), (0, None, True)]
    after = apply_outcomes(state, pl.DataFrame(misses, schema=DONE, orient="row"), []).collect()
    assert after.select("attempt", "last_contact").row(0) == (0, date(2025, 7, 9))
