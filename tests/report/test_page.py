"""The page as a whole: one file that needs nothing else, the same bytes every time, within its size."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from tests.report.page_reader import read_page
from tests.terminal import done

if TYPE_CHECKING:
    from pathlib import Path

DATASETS = ("harbin-heating", "national-outdoor", "sichuan-hiking", "taian-curtains")


def test_the_same_run_gives_the_same_bytes(bundled: Path) -> None:
    pages = []
    for _ in range(2):
        done("report", bundled / "national-outdoor")
        pages.append((bundled / "national-outdoor.report.html").read_bytes())

    assert pages[0] == pages[1]


@pytest.mark.parametrize("dataset", DATASETS)
def test_the_page_has_no_script_and_loads_nothing(bundled: Path, dataset: str) -> None:
    done("report", bundled / dataset)

    page = read_page(bundled / f"{dataset}.report.html")
    text = (bundled / f"{dataset}.report.html").read_text("utf-8")

    assert not {"script", "img", "link", "iframe", "object", "embed", "base"} & {tag for tag, _ in page.tags}
    assert not [attributes for _, attributes in page.tags if {"style", "src"} & attributes.keys()]
    assert not [name for _, attributes in page.tags for name in attributes if name.startswith("on")]
    assert not re.findall(r"url\(|@import|https?:(?!//www\.w3\.org/2000/svg)", text)


@pytest.mark.parametrize("dataset", DATASETS)
def test_every_link_leads_to_a_part_of_the_page_or_to_a_file_of_the_run(bundled: Path, dataset: str) -> None:
    done("report", bundled / dataset)

    page = read_page(bundled / f"{dataset}.report.html")
    links = [attributes["href"] or "" for tag, attributes in page.tags if tag == "a"]
    ids = {attributes.get("id") for _, attributes in page.tags}

    assert links
    assert all(link[1:] in ids if link.startswith("#") else (bundled / link).is_file() for link in links)


@pytest.mark.parametrize("dataset", DATASETS)
def test_every_chart_says_what_it_shows(bundled: Path, dataset: str) -> None:
    done("report", bundled / dataset)

    page = read_page(bundled / f"{dataset}.report.html")
    charts = [attributes for tag, attributes in page.tags if tag == "svg" and attributes.get("aria-hidden") != "true"]

    assert len(charts) >= 6
    assert all(chart.get("role") == "img" and len(chart.get("aria-label") or "") > 20 for chart in charts)


@pytest.mark.parametrize(("dataset", "most"), [("sichuan-hiking", 150_000), ("national-outdoor", 400_000)])
@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_page_keeps_within_its_size(bundled: Path, dataset: str, most: int, language: str) -> None:
    done("report", bundled / dataset, "--language", language)

    assert (bundled / f"{dataset}.report.html").stat().st_size < most


def test_no_customers_leaves_every_id_out(bundled: Path) -> None:
    done("report", bundled / "sichuan-hiking", "--no-customers")

    page = read_page(bundled / "sichuan-hiking.report.html")

    assert "people" not in page.headlines
    assert not re.findall(r"SC\d{8}", " ".join(page.text))
