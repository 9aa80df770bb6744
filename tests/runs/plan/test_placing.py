"""Calls are placed on the days of an agenda: as many as fit, none too early, evenly."""

from __future__ import annotations

from datetime import date, timedelta

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from rfm_engine.runs.plan.month import Month
from rfm_engine.runs.plan.placing import Agenda, place_calls, place_second_calls, rank_calls

MONTH = Month(date(2025, 7, 1))
FEW_DAYS = tuple(MONTH.days[:6])
CALLS = st.lists(st.none() | st.sampled_from(FEW_DAYS), max_size=30)


def ranked_of(earliest: list[date | None]) -> pl.DataFrame:
    rows = [(f"c{place:02}", MONTH.first_day, 0, day) for place, day in enumerate(earliest)]
    schema = {"customer_id": pl.String, "due": pl.Date, "class": pl.Int64, "earliest": pl.Date}
    return pl.DataFrame(rows, schema=schema, orient="row")


@given(CALLS, st.integers(1, 4))
def test_no_call_is_too_early_no_day_has_too_many_and_none_is_left_over_that_fits(
    earliest: list[date | None], capacity: int
) -> None:
    agenda = Agenda(owner="Li", days=FEW_DAYS, capacity=capacity)
    allowed = {f"c{place:02}": day for place, day in enumerate(earliest)}

    placed = place_calls(ranked_of(earliest), agenda)

    days = dict(placed.select("customer_id", "date").rows())
    assert placed.height == len(days) <= agenda.room == 6 * capacity
    assert all(day in FEW_DAYS and (allowed[name] or day) <= day for name, day in days.items())
    counts = [[*days.values()].count(day) for day in FEW_DAYS]
    assert max(counts) <= capacity
    if len(earliest) <= agenda.room and not any(earliest):
        assert placed.height == len(earliest)
        assert max(counts) - min(counts) <= 1
    assert placed["call"].to_list() == [1] * placed.height


def customer(name: str, rank: int, days_due: int, spend: int, **more: object) -> dict[str, object]:
    row: dict[str, object] = {
        "customer_id": name,
        "rank of the tier": rank,
        "due": MONTH.first_day + timedelta(days_due),
    }
    row |= {"overdue_days": max(-days_due, 0), "monetary": spend, "do_not_call": False, "earliest": None}
    row |= {"contacts_min": 1, "contacts_max": 2, "contact_every_months": 1, "attempt": 0, "last_contact": None}
    return row | more


def frame_of(*rows: dict[str, object]) -> pl.LazyFrame:
    return pl.LazyFrame([*rows], schema_overrides={"earliest": pl.Date, "last_contact": pl.Date})


def test_the_best_tier_comes_first_and_a_worse_one_gains_a_place_for_each_interval_overdue() -> None:
    rows = (
        customer("b", 1, 0, 9),
        customer("a", 0, 0, 5),
        customer("late b", 1, -31, 1),
        customer("rich a", 0, 0, 7),
        customer("next month", 0, 40, 99),
        customer("never", 0, 0, 99, do_not_call=True),
        customer("too early", 0, 0, 99, earliest=date(2025, 8, 1)),
    )

    found = rank_calls(frame_of(*rows), MONTH).collect()

    assert found["customer_id"].to_list() == ["late b", "rich a", "a", "b"]


def test_second_calls_take_what_room_is_left_the_highest_spend_first() -> None:
    rows = (
        customer("poor", 0, 0, 1),
        customer("rich", 0, 0, 9),
        customer("once", 0, 0, 99, contacts_max=1),
        customer("missed", 0, 0, 99, attempt=1),
        customer("late", 0, 0, 50),
    )
    days = {"poor": 1, "rich": 2, "once": 3, "missed": 4, "late": 30}
    placed = pl.DataFrame({"customer_id": [*days], "date": [date(2025, 7, day) for day in days.values()]})
    agenda = Agenda(owner="Li", days=MONTH.days, capacity=1)

    second = place_second_calls(frame_of(*rows), placed, agenda, MONTH)
    tight = place_second_calls(frame_of(*rows), placed, Agenda(owner="Li", days=MONTH.days[:6], capacity=1), MONTH)

    called = dict(second.select("customer_id", "date").rows())
    assert {*called} == {"poor", "rich"}
    assert all((day - date(2025, 7, days[name])).days >= 15 for name, day in called.items())
    assert {*tight["customer_id"]} <= {"rich"}
    assert place_second_calls(
        frame_of(*rows), placed, Agenda(owner="Li", days=MONTH.days[:5], capacity=1), MONTH
    ).is_empty()
