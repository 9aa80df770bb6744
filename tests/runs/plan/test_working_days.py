"""Working days are weekdays without holidays and days off, and the days that make up for holidays."""

from __future__ import annotations

import sys
from datetime import date
from typing import TYPE_CHECKING

import pytest

from rfm_engine.errors import UsageError
from rfm_engine.runs.plan.month import Month
from rfm_engine.runs.plan.working_days import read_dates, working_days
from tests.terminal import done, read_rows, rfm

if TYPE_CHECKING:
    from pathlib import Path


def test_make_up_days_are_worked_and_holidays_are_not(monthly_runs: Path) -> None:
    run = monthly_runs / "2025-07-01" / "sichuan-hiking"
    done("plan", run, "--calendar", "CN", "--month", "2025-10")
    days = {row["date"] for row in read_rows(run.with_name("sichuan-hiking.plan") / "2025-10" / "plan.csv")}
    assert "2025-10-11" in days  # a Saturday that is worked
    assert not days & {f"2025-10-0{day}" for day in range(1, 9)}
    out = done("plan", run, "--calendar", "CN", "--month", "2031-01").out
    assert "not announced" in out


@pytest.mark.parametrize(("library", "options"), [("icalendar", ()), ("holidays", ("--calendar", "CN"))])
def test_a_library_that_is_absent_is_one_line_with_what_to_type(
    library: str, options: tuple[str, ...], monthly_runs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, library, None)
    answer = rfm("plan", monthly_runs / "2025-07-01" / "sichuan-hiking", "--month", "2026-03", *options)
    assert (answer.code, answer.err.count("\n")) == (2, 1)
    assert "pip install 'rfm-engine[plan]'" in answer.err


def test_days_off_are_left_out_and_a_day_that_is_worked_is_one_in_any_case() -> None:
    month, first, saturday = Month.parse("2025-08"), date(2025, 8, 1), date(2025, 8, 2)

    plain = working_days(month, None)

    assert plain == [day for day in month.days if day.weekday() < 5]
    assert working_days(month, None, {first}) == plain[1:]
    assert working_days(month, None, {first}, {first, saturday}) == [first, saturday, *plain[1:]]


def test_dates_stand_one_a_line_and_what_is_none_is_listed(tmp_path: Path) -> None:
    path = tmp_path / "days"
    path.write_text("2025-07-14\n\n 2025-07-15 \n", "utf-8-sig")

    assert read_dates(path) == {date(2025, 7, 14), date(2025, 7, 15)}
    assert read_dates(None) == frozenset()
    path.write_text("2025-07-14\nsoon\n14/07\n", "utf-8")
    with pytest.raises(UsageError, match="not dates such as 2025-07-14: 'soon', '14/07'"):
        read_dates(path)
    with pytest.raises(UsageError, match="cannot be read as a list of dates"):
        read_dates(tmp_path)
