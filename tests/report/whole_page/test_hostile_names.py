"""Names are text: whatever they hold, the page has no tag, no address and no length of theirs."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import polars as pl
import pytest
from icalendar import Calendar

from tests.report.page_reader import read_page
from tests.report.whole_page.hostile import HOSTILE
from tests.terminal import done

if TYPE_CHECKING:
    from pathlib import Path

    from tests.report.page_reader import Page

OWN_TAGS = {
    *("html", "head", "meta", "title", "style", "body", "header", "main", "footer", "nav", "section", "article", "div"),
    *("h1", "h2", "h3", "p", "b", "span", "bdi", "a", "ol", "ul", "li", "dl", "dt", "dd", "figure", "figcaption"),
    *("details", "summary", "table", "thead", "tbody", "tr", "th", "td"),
    *("svg", "rect", "text", "path", "polyline", "circle"),
}


@pytest.fixture(scope="module")
def page(hostile_run: Path) -> Page:
    done("report", hostile_run, "--top", "50")
    return read_page(hostile_run.with_suffix(".report.html"))


def test_names_bring_no_tag_and_no_attribute(page: Page) -> None:
    assert {tag for tag, _ in page.tags} <= OWN_TAGS
    assert not [name for _, attributes in page.tags for name in attributes if name.startswith(("on", "style", "src"))]


def test_names_bring_no_address(page: Page) -> None:
    links = [attributes["href"] or "" for tag, attributes in page.tags if tag == "a"]

    assert all(link.startswith(("#", "./")) for link in links)


@pytest.mark.parametrize(
    "kind", ["script", "image", "end of style", "quotes", "entity", "template", "percent", "emoji"]
)
def test_names_stand_there_as_they_are(page: Page, kind: str) -> None:
    cells = {cell for tables in page.tables.values() for table in tables for row in table for cell in row}

    assert HOSTILE[kind] in cells


def test_what_a_reader_would_not_see_is_written_out(page: Page) -> None:
    text = "".join(page.text)

    assert r"a\x00b\x1b[31mc" in text
    assert r"\u202eevil\u202c" in text
    assert not {"\x00", "\x1b", "\u202e"} & {*text}


def test_long_names_are_cut(page: Page) -> None:
    assert max(len(cell) for tables in page.tables.values() for table in tables for row in table for cell in row) <= 130
    assert any(cell.startswith("longlong") and cell.endswith("…") for cell in page.text)


def test_a_plan_of_hostile_owners_has_files_that_open_and_a_page_that_is_its_own(
    hostile_run: Path, tmp_path: Path
) -> None:
    shutil.copytree(hostile_run, tmp_path / "run")
    done("plan", tmp_path / "run", "--owner-by", "last_product_name")
    folder = tmp_path / "run.plan" / "2025-07"
    done("report", tmp_path / "run", "--plan", folder)
    calendars = [Calendar.from_ical(path.read_bytes()) for path in folder.glob("*.ics")]
    sheets = pl.read_excel(folder / "plan.xlsx", sheet_id=0, infer_schema_length=0)

    assert len(calendars) == len(HOSTILE) == len(sheets) - 1
    assert max(len(path.name.encode()) for path in folder.iterdir()) < 140
    assert not [path for path in folder.glob("*.ics") if {"\x00", "\x1b", "\u202e"} & {*path.read_text("utf-8")}]
    assert {tag for tag, _ in read_page(tmp_path / "run.report.html").tags} <= OWN_TAGS
