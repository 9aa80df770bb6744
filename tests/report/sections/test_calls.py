"""The month's calls: planned and carried over by owner and tier, counted again from the files of the plan."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from urllib.parse import unquote

import polars as pl
import pytest

from tests.report.page_reader import Page, read_page
from tests.terminal import done, rfm

NATIONAL = Path(__file__).parents[3] / "datasets" / "national-outdoor"
OWNERS = "owner,store_code,region,capacity\n张三,,四川省,3\n李四,,江苏省,2\n王五,,广东省,8\n"


@pytest.fixture(scope="module")
def plan(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a plan in which some owners lack room."""
    folder = tmp_path_factory.mktemp("calls")
    (folder / "owners.csv").write_text(OWNERS, "utf-8")
    done("run", NATIONAL, "--output", folder, "--quiet")
    done("plan", folder / "national-outdoor", "--owners", folder / "owners.csv")
    return folder / "national-outdoor.plan" / "2025-07"


@pytest.fixture(scope="module")
def page(plan: Path) -> Page:
    done("report", plan.parents[1] / "national-outdoor", "--plan", plan)
    return read_page(plan.parents[1] / "national-outdoor.report.html")


def test_calls_of_each_owner_are_those_of_the_plan(plan: Path, page: Page) -> None:
    calls, waiting = (pl.read_csv(plan / f"{name}.csv") for name in ("plan", "carried-over"))
    counts = Counter(calls.select("owner", "tier").rows())
    carried_over = Counter(waiting["owner"])

    found = page.tables["calls"][0]

    assert found[0] == ["Owner", "A", "B", "C", "D", "Calls", "Carried over"]
    assert waiting.height > 0
    assert {row[0] for row in found[1:]} == {*calls["owner"], *waiting["owner"]}
    for owner, *row in found[1:]:
        tiers = [counts[owner, tier] for tier in "ABCD"]
        assert row == [f"{number:,}" for number in (*tiers, sum(tiers), carried_over[owner])]
    days = sorted(calls["date"].to_list())
    assert page.headlines["calls"] == (
        f"Make {calls.height:,} calls from {days[0]} to {days[-1]}; {waiting.height:,} are carried over."
    )


def test_a_bar_ends_with_both_its_numbers_and_the_page_says_what_makes_room(page: Page) -> None:
    text = " ".join(page.text)
    short = [row for row in page.tables["calls"][0][1:] if row[-1] != "0"]

    assert short
    assert all(f"{calls} + {over}" in text for *_, calls, over in short)
    assert "more owners (rfm-engine plan --owners FILE) or more calls a day (--capacity) make room" in text


def test_the_head_leads_to_the_workbook(plan: Path, page: Page) -> None:
    links = [attributes["href"] or "" for tag, attributes in page.tags if tag == "a"]

    assert "./national-outdoor.plan/2025-07/plan.xlsx" in links
    assert all((plan.parents[1] / unquote(link)).exists() for link in links if not link.startswith("#"))


def test_a_folder_without_a_plan_is_refused(plan: Path) -> None:
    answer = rfm("report", plan.parents[1] / "national-outdoor", "--plan", plan.parent)

    assert answer.code == 2
    assert "no plan there" in answer.err
