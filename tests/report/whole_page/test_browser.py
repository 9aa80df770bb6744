"""The page in Chromium: nothing is fetched, nothing is reported, nothing overflows, everyone can use it, it prints."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.report.page_reader import read_page
from tests.terminal import done

if TYPE_CHECKING:
    from collections.abc import Callable

ROOT = Path(__file__).parents[3]
DATASETS = ROOT / "datasets"
MODULES = ROOT / ".ci" / "node_modules"
PROGRAMS = ("chromium", "node", "pdftotext")
Views = list[dict[str, Any]]


def missing_tools() -> str:
    """Return what the tests of this module lack, empty where all is there."""
    lacking = [name for name in PROGRAMS if not shutil.which(name)]
    lacking += [name for name in ("playwright-core", "axe-core") if not (MODULES / name).is_dir()]
    return f"{', '.join(lacking)}: absent here; .ci/browser installs them" if lacking else ""


@pytest.fixture(scope="module")
def pages(bundled: Path, hostile_run: Path) -> list[Path]:
    """Reports in both languages, of one list and of several, with movement and calls, with hostile names."""
    if lacking := missing_tools():
        (pytest.fail if os.environ.get("CI") == "true" else pytest.skip)(lacking)
    older = hostile_run.parent / "older"
    done("run", DATASETS / "national-outdoor", "--as-of", "2025-06-01", "--output", older, "--quiet")
    done("plan", bundled / "national-outdoor", "--owner-by", "last_store_code", "--capacity", "1")
    months = ("--before", older / "national-outdoor", "--plan", bundled / "national-outdoor.plan" / "2025-07")
    made = {"national-outdoor": months, "sichuan-hiking": ("--language", "zh"), "taian-curtains": ()}
    for dataset, options in made.items():
        done("report", bundled / dataset, *options)
    done("report", hostile_run)
    done("insight", DATASETS / "national-outdoor", "--output", older)
    pages = [*(bundled / f"{dataset}.report.html" for dataset in made), hostile_run.with_suffix(".report.html")]
    return [*pages, older / "national-outdoor.insight" / "insight.html"]


@pytest.fixture(scope="module")
def views(pages: list[Path]) -> Views:
    """What each page did at each width in each colour scheme."""
    script = Path(__file__).parent / "look.cjs"
    command = [shutil.which(name) or "" for name in ("node", "chromium")]
    command[1:1] = [str(script)]
    command += [str(page) for page in pages]
    environment = os.environ | {"NODE_PATH": str(MODULES)}
    run = subprocess.run(command, env=environment, capture_output=True, text=True, encoding="utf-8", check=False)
    assert run.returncode == 0, run.stderr
    found: Views = json.loads(run.stdout)
    assert len(found) == 4 * len(pages)
    return found


def faults(views: Views, find: Callable[[dict[str, Any]], object]) -> dict[str, object]:
    return {
        f"{Path(view['page']).name} at {view['width']} px, {view['colorScheme']}": fault
        for view in views
        if (fault := find(view))
    }


def test_nothing_but_the_page_itself_is_requested(views: Views) -> None:
    assert faults(views, lambda view: view["requests"] != [f"file://{view['page']}"] and view["requests"]) == {}


def test_the_console_stays_empty(views: Views) -> None:
    assert faults(views, lambda view: view["messages"]) == {}


def test_nothing_overflows_the_width(views: Views) -> None:
    assert faults(views, lambda view: view["overflow"] > 0) == {}


def test_axe_finds_no_violation(views: Views) -> None:
    assert faults(views, lambda view: view["violations"]) == {}


def test_dark_pages_are_dark(views: Views) -> None:
    grounds = {(view["page"], view["colorScheme"]): view["background"] for view in views}

    assert all(grounds[page, "light"] != grounds[page, "dark"] for page, _ in grounds)


def test_the_printed_page_has_the_figures(views: Views, pages: list[Path]) -> None:
    assert views
    for page in pages[:3]:
        command = [shutil.which("pdftotext") or "", "-layout", f"{page}.pdf", "-"]
        printed = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=True).stdout
        tables = read_page(page).tables
        cards = [cell for row in tables["tiers"][0][1:-1] for cell in (row[1], row[2], row[5], row[6])]
        counts = [row[1] for row in tables["heat"][0][1:] if row[1] != "0"]
        bars = [row[1] for table in tables["bands"] for row in table[1:]]
        people = [cell for table in tables["people"] for row in table[1:] for cell in row if cell]

        letters = "".join(printed.split())
        lost = [one for one in (*cards, *counts, *bars, *people) if "".join(one.split()) not in letters]
        assert lost == []
