"""A month has all its days, and an interval is as long as its calendar months."""

from __future__ import annotations

from datetime import date, timedelta

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rfm_engine.errors import UsageError
from rfm_engine.runs.plan.month import Month, add_interval, half_interval_days

DAYS = st.dates(date(2000, 1, 1), date(2099, 12, 1))


@given(DAYS)
def test_a_month_has_its_days_and_is_known_by_its_name(day: date) -> None:
    month = Month.parse(f"{day:%Y-%m}")

    assert (month.first_day, str(month)) == (day.replace(day=1), f"{day:%Y-%m}")
    assert (month.last_day + timedelta(days=1)).day == 1
    assert [*month.days] == [month.first_day + timedelta(days=at) for at in range(month.last_day.day)]


@pytest.mark.parametrize("text", ["2025-13", "2025-00", "2025-7", "25-07", "2025-07-01", "2025", ""])
def test_what_names_no_month_is_refused(text: str) -> None:
    with pytest.raises(UsageError, match="expected a month such as 2025-07"):
        Month.parse(text)


CADENCES: dict[tuple[int, int], tuple[date, int]] = {
    (1, 1): (date(2025, 7, 10), 15),
    (1, 2): (date(2025, 6, 25), 7),
    (3, 2): (date(2025, 7, 25), 22),
    (6, 1): (date(2025, 12, 10), 90),
    (12, 5): (date(2025, 8, 22), 36),
}


@pytest.mark.parametrize("cadence", CADENCES)
def test_whole_months_of_an_interval_are_of_the_calendar_and_the_rest_is_days(cadence: tuple[int, int]) -> None:
    every, contacts = cadence
    row = pl.DataFrame({"contact_every_months": [every], "contacts_min": [contacts], "day": [date(2025, 6, 10)]})

    found = row.select(add_interval(pl.col("day")).alias("due"), half_interval_days().alias("half")).row(0)

    assert found == CADENCES[cadence]


def test_a_tier_without_contacts_has_no_interval() -> None:
    row = pl.DataFrame({"contact_every_months": [1], "contacts_min": [0], "day": [date(2025, 6, 10)]})

    assert row.select(add_interval(pl.col("day")).alias("due"), half_interval_days().alias("half")).row(0) == (
        None,
        None,
    )
