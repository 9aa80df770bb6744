"""`rfm-engine plan`: files that open, a workbook that is filled in and read back, owners, days off, refusals."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import icalendar
import polars as pl
import pytest

from tests.terminal import done, read_rows, rfm

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def plan_folder(monthly_runs: Path) -> Path:
    done("plan", monthly_runs / "2025-07-01" / "sichuan-hiking", "--calendar", "CN", "--language", "zh")
    return monthly_runs / "2025-07-01" / "sichuan-hiking.plan" / "2025-07"


def test_every_file_is_there_and_verified(plan_folder: Path) -> None:
    names = {path.name for path in plan_folder.iterdir()}
    assert names == {"plan.parquet", "plan.csv", "plan.xlsx", "carried-over.csv", "done-rejects.csv"} | {
        "unassigned.ics",
        "run.json",
    }
    assert "are what run.json says" in done("verify", plan_folder).out


def test_the_same_run_gives_the_same_bytes(plan_folder: Path, monthly_runs: Path) -> None:
    before = {path.name: path.read_bytes() for path in plan_folder.iterdir()}
    done("plan", monthly_runs / "2025-07-01" / "sichuan-hiking", "--calendar", "CN", "--language", "zh")
    assert {path.name: path.read_bytes() for path in plan_folder.iterdir()} == before


def test_the_first_month_calls_the_part_of_each_tier_that_it_is_of_the_interval(plan_folder: Path) -> None:
    customers = {"A": 58, "B": 61, "C": 184, "D": 345}
    interval_days = {"A": 31, "B": 92, "C": 184, "D": 365}  # 1, 3, 6 and 12 months from 1 July 2025
    rows = read_rows(plan_folder / "plan.csv")
    called = Counter(row["客户等级"] for row in rows if row["第几次联系"] == "1")
    assert called == {tier: -(-31 * count // interval_days[tier]) for tier, count in customers.items()}
    assert called == {"A": 58, "B": 21, "C": 31, "D": 30}


def test_a_calendar_has_one_event_a_day_with_a_name_that_stays(plan_folder: Path) -> None:
    calendar = icalendar.Calendar.from_ical((plan_folder / "unassigned.ics").read_bytes())
    events = list(calendar.walk("VEVENT"))
    days = sorted({row["联系日期"] for row in read_rows(plan_folder / "plan.csv")})
    assert [str(event.decoded("dtstart")) for event in events] == days
    assert events[0]["uid"] == f"sichuan-hiking/unassigned/{days[0]}@rfm-engine"
    assert "25,679.81" not in str(events[0]["description"])


def test_make_up_days_are_worked_and_holidays_are_not(monthly_runs: Path) -> None:
    run = monthly_runs / "2025-07-01" / "sichuan-hiking"
    done("plan", run, "--calendar", "CN", "--month", "2025-10")
    days = {row["date"] for row in read_rows(run.with_name("sichuan-hiking.plan") / "2025-10" / "plan.csv")}
    assert "2025-10-11" in days  # a Saturday that is worked
    assert not days & {f"2025-10-0{day}" for day in range(1, 9)}
    out = done("plan", run, "--calendar", "CN", "--month", "2031-01").out
    assert "not announced" in out


def fill_in(plan_folder: Path, folder: Path, outcomes: dict[str, str]) -> Path:
    """Return the workbook that was handed out, with an outcome for some customers, saved by another program."""
    calls = pl.read_excel(plan_folder / "plan.xlsx", sheet_name="未分配", infer_schema_length=0)
    result = pl.col("客户编号").replace_strict(outcomes, default=None, return_dtype=pl.String)
    calls.with_columns(result.alias("结果")).write_excel(folder / "filled.xlsx", worksheet="未分配")
    return folder / "filled.xlsx"


def test_the_workbook_that_was_handed_out_comes_back_with_what_came_of_the_calls(
    plan_folder: Path, monthly_runs: Path, tmp_path: Path
) -> None:
    rows = [row for row in read_rows(plan_folder / "plan.csv") if row["客户等级"] == "A"]
    times = Counter(row["客户编号"] for row in rows)
    calls = [row for row in rows if times[row["客户编号"]] == 1]
    names = [row["客户编号"] for row in calls[:4]]
    filled = fill_in(plan_folder, tmp_path, dict(zip(names, ["已接通", "未接通", "勿扰", "maybe"], strict=True)))
    run = monthly_runs / "2025-07-01" / "sichuan-hiking"
    out = done("plan", run, "--month", "2025-08", "--after", plan_folder, "--done", filled).out
    after = run.with_name("sichuan-hiking.plan") / "2025-08"
    state = {row["customer_id"]: row for row in pl.read_parquet(after / "plan.parquet").to_dicts()}
    assert str(state[names[0]]["last_contact"]) == calls[0]["联系日期"]
    assert state[names[1]]["attempt"] == 1
    assert state[names[2]]["do_not_call"]
    assert names[2] not in {row["customer_id"] for row in read_rows(after / "plan.csv")}
    reject = read_rows(after / "done-rejects.csv")
    assert [(row["sheet"], row["value"]) for row in reject] == [("未分配", "maybe")]
    assert "outcomes that can't be used: 1" in out


def test_the_most_specific_owner_calls_and_the_rest_is_unassigned(monthly_runs: Path, tmp_path: Path) -> None:
    owners = tmp_path / "owners.csv"
    rows = ("Wang,,,四川省,5,2025-07-02 2025-07-03", "Li,,SC003,,,", "Zhao,SC00000001,,,1,")
    header = "owner,customer_id,store_code,region,capacity,days_off"
    owners.write_text("\n".join((header, *rows)), "utf-8")
    run = monthly_runs / "2025-07-01" / "sichuan-hiking"
    done("plan", run, "--month", "2025-09", "--owners", owners)
    calls = read_rows(run.with_name("sichuan-hiking.plan") / "2025-09" / "plan.csv")
    assert {row["owner"] for row in calls} == {"Wang", "Li", "Zhao"}
    assert {row["owner"] for row in calls if row["customer_id"] == "SC00000001"} == {"Zhao"}


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--month", "2025-13"], "a month such as 2025-07"),
        (["--done", "x.csv"], "--after"),
        (["--after", "nowhere"], "no plan there"),
        (["--owner-by", "shoe_size"], "no such column"),
        (["--calendar", "XX"], "no such country"),
    ],
)
def test_what_cannot_be_planned_is_refused_in_words(monthly_runs: Path, words: list[str], said: str) -> None:
    answer = rfm("plan", monthly_runs / "2025-07-01" / "sichuan-hiking", *words)
    assert answer.code == 2
    assert said in answer.err


def test_names_and_phones_stand_in_the_workbook_alone(monthly_runs: Path, tmp_path: Path) -> None:
    contacts = tmp_path / "contacts.csv"
    contacts.write_text("customer_id,name,phone\nSC00000001,王芳,13800000000\n", "utf-8")
    run = monthly_runs / "2025-07-01" / "sichuan-hiking"
    done("plan", run, "--month", "2025-11", "--contacts", contacts)
    folder = run.with_name("sichuan-hiking.plan") / "2025-11"
    sheet = pl.read_excel(folder / "plan.xlsx", sheet_name="unassigned", infer_schema_length=0)
    assert sheet.filter(pl.col("customer id") == "SC00000001")["phone"].to_list()[:1] == ["13800000000"]
    for name in ("plan.csv", "unassigned.ics", "carried-over.csv"):
        assert "13800000000" not in (folder / name).read_text("utf-8")
