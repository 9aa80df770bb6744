"""The workbook of a plan: cells to fill in, pages to print, and the way back of the very file that was handed out."""

from __future__ import annotations

import re
import sys
from typing import TYPE_CHECKING
from zipfile import ZipFile

import polars as pl
import pytest

from rfm_engine.runs.plan.tables import select_for_callers
from tests.terminal import done, read_rows, rfm

if TYPE_CHECKING:
    from pathlib import Path

HEADERS = (
    "list owner date customer_id tier call due overdue_days attempt last_contact rfm_score recency_days frequency "
    "monetary last_product_name last_order_time focus why also_in done_on outcome note"
)


@pytest.fixture(scope="module")
def plan_folder(monthly_runs: Path) -> Path:
    """The plan of December for the national lists, by store."""
    run = monthly_runs / "2025-07-01" / "national-outdoor"
    done("plan", run, "--month", "2025-12", "--owner-by", "last_store_code", "--capacity", "1")
    return run.with_name("national-outdoor.plan") / "2025-12"


@pytest.fixture(scope="module")
def sheets(plan_folder: Path) -> list[str]:
    """The XML of each sheet, the summary first."""
    with ZipFile(plan_folder / "plan.xlsx") as book:
        names = [name for name in book.namelist() if name.startswith("xl/worksheets/sheet")]
        return [book.read(name).decode() for name in sorted(names, key=lambda name: int(re.sub(r"\D", "", name)))]


def test_every_sheet_prints_on_landscape_pages_of_its_width_under_its_head(sheets: list[str]) -> None:
    for sheet in sheets:
        assert {'orientation="landscape"', 'paperSize="9"', 'fitToHeight="0"'} <= set(re.findall(r'\w+="\w+"', sheet))
        assert "&amp;C&amp;A" in sheet


def test_the_head_and_the_customer_stay_in_view(sheets: list[str]) -> None:
    assert all(re.search(r'<pane xSplit="2" ySplit="1"[^>]* state="frozen"', sheet) for sheet in sheets[1:])


def test_callers_choose_outcomes_and_enter_dates_alone(sheets: list[str]) -> None:
    for sheet in sheets[1:]:
        assert '"reached,no answer,refused,do not call"' in sheet
        assert 'dataValidation type="date"' in sheet


def test_columns_are_as_wide_as_the_words_of_their_heads(plan_folder: Path, sheets: list[str]) -> None:
    tables = pl.read_excel(plan_folder / "plan.xlsx", sheet_id=0, infer_schema_length=0)
    for table, sheet in zip(tables.values(), sheets, strict=True):
        widths = [
            float(width)
            for first, last, width in re.findall(r'<col min="(\d+)" max="(\d+)" width="([\d.]+)"', sheet)
            for _ in range(int(first), int(last) + 1)
        ]
        words = [max(map(len, header.split())) for header in table.columns]
        assert [header for header, width, word in zip(table.columns, widths, words, strict=True) if word > width] == []


def test_each_owner_has_a_sheet_with_the_calls_of_the_plan(plan_folder: Path) -> None:
    tables = pl.read_excel(plan_folder / "plan.xlsx", sheet_id=0, infer_schema_length=0)
    rows = read_rows(plan_folder / "plan.csv")
    assert [*tables] == ["Summary", *sorted({row["owner"] for row in rows})]
    assert [name for table in [*tables.values()][1:] for name in table["customer id"]] == [
        row["customer_id"] for row in rows
    ]


def test_the_calls_have_their_columns_in_order(plan_folder: Path) -> None:
    assert " ".join(read_rows(plan_folder / "plan.csv")[0]) == HEADERS


def test_a_customer_of_several_lists_is_one_call_in_the_best_tier(plan_folder: Path, monthly_runs: Path) -> None:
    customers = pl.read_parquet(monthly_runs / "2025-07-01" / "national-outdoor" / "customers.parquet")
    tiers = customers.group_by("customer_id").agg(pl.col("tier").cast(pl.String).min(), pl.col("region"))
    best = {name: (tier, {*regions}) for name, tier, regions in tiers.rows()}
    state = pl.read_parquet(plan_folder / "plan.parquet").unique("customer_id")

    assert state.height == len(best)
    for name, tier, region, others in state.select("customer_id", "tier", "region", "also_in").rows():
        assert (tier, {region, *(others or region).split(", ")}) == best[name]


def test_a_sheet_names_two_of_the_other_lists_and_how_many_more(plan_folder: Path) -> None:
    calls = pl.read_csv(plan_folder / "plan.csv", infer_schema=False).head(4)
    lists = pl.Series("also_in", [None, "一", "一, 二", "一, 二, 三, 四"])

    assert select_for_callers(calls.with_columns(lists))["also_in"].to_list() == [None, "一", "一, 二", "一, 二 … +2"]


def test_the_workbook_as_it_was_handed_out_reports_nothing(plan_folder: Path, monthly_runs: Path) -> None:
    run = monthly_runs / "2025-07-01" / "national-outdoor"
    done("plan", run, "--month", "2026-01", "--after", plan_folder, "--done", plan_folder / "plan.xlsx")
    after = run.with_name("national-outdoor.plan") / "2026-01"
    assert read_rows(after / "done-rejects.csv") == []
    assert pl.read_parquet(after / "plan.parquet")["last_contact"].null_count() > 0


def test_outcomes_come_in_a_csv_file_in_either_language(plan_folder: Path, monthly_runs: Path, tmp_path: Path) -> None:
    run, rows = monthly_runs / "2025-07-01" / "national-outdoor", read_rows(plan_folder / "plan.csv")
    lines = [
        f"{row['customer_id']},2025/12/30,{outcome}," for row, outcome in zip(rows, ["refused", "勿扰"], strict=False)
    ]
    (tmp_path / "done.csv").write_text("\n".join(["customer_id,done_on,outcome,note", *lines]), "utf-8")
    done("plan", run, "--month", "2026-02", "--after", plan_folder, "--done", tmp_path / "done.csv")
    state = pl.read_parquet(run.with_name("national-outdoor.plan") / "2026-02" / "plan.parquet")
    found = {
        name: (str(day), stopped)
        for name, day, stopped in state.select("customer_id", "last_contact", "do_not_call").rows()
    }
    assert [found[row["customer_id"]] for row in rows[:2]] == [("2025-12-30", False), ("2025-12-30", True)]


@pytest.mark.parametrize(("library", "options"), [("icalendar", ()), ("holidays", ("--calendar", "CN"))])
def test_a_library_that_is_absent_is_one_line_with_what_to_type(
    library: str, options: tuple[str, ...], monthly_runs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, library, None)
    answer = rfm("plan", monthly_runs / "2025-07-01" / "sichuan-hiking", "--month", "2026-03", *options)
    assert (answer.code, answer.err.count("\n")) == (2, 1)
    assert "pip install 'rfm-engine[plan]'" in answer.err
