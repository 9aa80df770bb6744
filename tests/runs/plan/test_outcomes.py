"""What came of the calls is read back from the workbook or a CSV file, and changes who is due."""

from __future__ import annotations

from collections import Counter
from datetime import date
from typing import TYPE_CHECKING

import polars as pl

from rfm_engine.runs.plan.outcomes import DONE, apply_outcomes
from rfm_engine.runs.plan.plan import PlanOptions, make_plan, read_state
from rfm_engine.runs.plan.tables import select_state
from tests.runs.plan.made_up_runs import JULY, run_of
from tests.terminal import done, read_rows

if TYPE_CHECKING:
    from pathlib import Path


def fill_in(july_plan: Path, folder: Path, outcomes: dict[str, str]) -> Path:
    """Return the workbook that was handed out, with an outcome for some customers, saved by another program."""
    calls = pl.read_excel(july_plan / "plan.xlsx", sheet_name="未分配", infer_schema_length=0)
    result = pl.col("客户编号").replace_strict(outcomes, default=None, return_dtype=pl.String)
    calls.with_columns(result.alias("结果")).write_excel(folder / "filled.xlsx", worksheet="未分配")
    return folder / "filled.xlsx"


def test_the_workbook_that_was_handed_out_comes_back_with_what_came_of_the_calls(
    july_plan: Path, monthly_runs: Path, tmp_path: Path
) -> None:
    rows = [row for row in read_rows(july_plan / "plan.csv") if row["客户等级"] == "A"]
    times = Counter(row["客户编号"] for row in rows)
    calls = [row for row in rows if times[row["客户编号"]] == 1]
    names = [row["客户编号"] for row in calls[:4]]
    filled = fill_in(july_plan, tmp_path, dict(zip(names, ["已接通", "未接通", "勿扰", "maybe"], strict=True)))
    run = monthly_runs / "2025-07-01" / "sichuan-hiking"
    out = done("plan", run, "--month", "2025-08", "--after", july_plan, "--done", filled).out
    after = run.with_name("sichuan-hiking.plan") / "2025-08"
    state = {row["customer_id"]: row for row in pl.read_parquet(after / "plan.parquet").to_dicts()}
    assert str(state[names[0]]["last_contact"]) == calls[0]["联系日期"]
    assert state[names[1]]["attempt"] == 1
    assert state[names[2]]["do_not_call"]
    assert names[2] not in {row["customer_id"] for row in read_rows(after / "plan.csv")}
    reject = read_rows(after / "done-rejects.csv")
    assert [(row["sheet"], row["value"]) for row in reject] == [("未分配", "maybe")]
    assert "outcomes that can't be used: 1" in out


def test_the_workbook_as_it_was_handed_out_reports_nothing(december_plan: Path, monthly_runs: Path) -> None:
    run = monthly_runs / "2025-07-01" / "national-outdoor"
    done("plan", run, "--month", "2026-01", "--after", december_plan, "--done", december_plan / "plan.xlsx")
    after = run.with_name("national-outdoor.plan") / "2026-01"
    assert read_rows(after / "done-rejects.csv") == []
    assert pl.read_parquet(after / "plan.parquet")["last_contact"].null_count() > 0


def test_outcomes_come_in_a_csv_file_in_either_language(
    december_plan: Path, monthly_runs: Path, tmp_path: Path
) -> None:
    run, rows = monthly_runs / "2025-07-01" / "national-outdoor", read_rows(december_plan / "plan.csv")
    lines = [
        f"{row['customer_id']},2025/12/30,{outcome}," for row, outcome in zip(rows, ["refused", "勿扰"], strict=False)
    ]
    (tmp_path / "done.csv").write_text("\n".join(["customer_id,done_on,outcome,note", *lines]), "utf-8")
    done("plan", run, "--month", "2026-02", "--after", december_plan, "--done", tmp_path / "done.csv")
    state = pl.read_parquet(run.with_name("national-outdoor.plan") / "2026-02" / "plan.parquet")
    found = {
        name: (str(day), stopped)
        for name, day, stopped in state.select("customer_id", "last_contact", "do_not_call").rows()
    }
    assert [found[row["customer_id"]] for row in rows[:2]] == [("2025-12-30", False), ("2025-12-30", True)]


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
