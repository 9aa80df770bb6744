"""A period has the days that its name says, and periods follow each other without a gap."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rfm_engine.insight.periods import MONTHS, Length, Period

DAYS = st.dates(date(1990, 1, 1), date(2100, 1, 1))
LENGTHS = st.sampled_from([*MONTHS])


@given(DAYS, LENGTHS)
def test_a_day_is_in_its_period_and_periods_have_no_gap(day: date, length: Length) -> None:
    period = Period.of(day, length)

    assert period.first_day <= day <= period.last_day
    assert period.later(1).first_day == period.last_day + timedelta(days=1)
    assert period.later(-1).last_day == period.first_day - timedelta(days=1)
    assert period.later(12 // MONTHS[length]).year_before() == period
    assert period.year_before().first_day == period.first_day.replace(year=period.first_day.year - 1)


@given(DAYS, LENGTHS)
def test_a_name_leads_back_to_its_period(day: date, length: Length) -> None:
    period = Period.of(day, length)

    assert Period.parse(str(period)) == period


@pytest.mark.parametrize(
    ("length", "name"),
    [("month", "2024-02"), ("quarter", "2024-Q1"), ("half-year", "2024-H1"), ("year", "2024")],
)
def test_a_period_is_named_as_people_write_it(length: Length, name: str) -> None:
    assert str(Period.of(date(2024, 2, 29), length)) == name


@given(DAYS, LENGTHS, st.integers(-2, 2), st.integers(-2, 2))
def test_a_period_is_whole_if_the_window_has_its_first_and_last_day(
    day: date, length: Length, before: int, after: int
) -> None:
    period = Period.of(day, length)
    since, as_of = period.first_day + timedelta(days=before), period.last_day + timedelta(days=after)

    assert period.is_whole(since, as_of) == (before <= 0 <= after)
