"""The laws of a call plan, over 24 months of random outcomes, promotions and demotions."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import date
from random import Random
from typing import TYPE_CHECKING, Any

import polars as pl
from hypothesis import example, given, settings
from hypothesis import strategies as st

from rfm_engine.runs.plan.month import Month
from rfm_engine.runs.plan.outcomes import DONE, apply_outcomes
from rfm_engine.runs.plan.plan import Plan, PlanOptions, make_plan, read_state
from rfm_engine.runs.plan.tables import select_state
from tests.examples import examples
from tests.runs.plan.made_up_runs import CONTACTS, JULY, TIERS, run_of
from tests.terminal import read_rows

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

HALF_DAYS = {tier: every * 30 // (2 * few) for tier, (few, _, every) in CONTACTS.items()}


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


@settings(max_examples=examples(6), deadline=None)
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


def test_the_first_month_calls_the_part_of_each_tier_that_it_is_of_the_interval(july_plan: Path) -> None:
    customers = {"A": 58, "B": 61, "C": 184, "D": 345}
    interval_days = {"A": 31, "B": 92, "C": 184, "D": 365}  # 1, 3, 6 and 12 months from 1 July 2025
    rows = read_rows(july_plan / "plan.csv")
    called = Counter(row["客户等级"] for row in rows if row["第几次联系"] == "1")
    assert called == {tier: -(-31 * count // interval_days[tier]) for tier, count in customers.items()}
    assert called == {"A": 58, "B": 21, "C": 31, "D": 30}
