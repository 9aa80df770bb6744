"""Runs of every shape have a page: other lists, scores, tiers and files; it does not grow with customers."""

from __future__ import annotations

from pathlib import Path

import pytest

from rfm_engine import open_run
from rfm_engine.synthetic.profiles import market
from rfm_engine.synthetic.writing import write_orders
from tests.report.page_reader import Page, read_page
from tests.terminal import done

NATIONAL = Path(__file__).parents[3] / "datasets" / "national-outdoor"
SEGMENTS = """
title = "Segments"
orders = ["orders.csv"]
as_of = 2025-07-01
[tiers]
name = "segments"
table = [
    { name = "Champions", r = [4, 5], f = [4, 5], contacts = "1 per month", focus = "thank them" },
    { name = "Can't lose", m = [4, 5], contacts = "2 per 4 months" },
    { name = "Others" },
]
"""


def page_of(folder: Path, *options: object) -> Page:
    done("run", NATIONAL, *options, "--output", folder, "--report", "--quiet")
    return read_page(folder / "national-outdoor.report.html")


@pytest.mark.parametrize(
    "options", [("--by", "none"), ("--by", "store_code"), ("--by", "region,product_name"), ("--split",)]
)
def test_any_lists(tmp_path: Path, options: tuple[str, ...]) -> None:
    page = page_of(tmp_path, *options)
    customers = open_run(tmp_path / "national-outdoor").customers().collect()
    by = open_run(tmp_path / "national-outdoor").record.lists_by
    lists = customers.select(by).n_unique() if by else 1

    shown = len(page.tables["lists"][0]) - 1 if "lists" in page.headlines else 1

    assert shown == lists
    assert page.tables["tiers"][0][-1][1] == f"{customers.height:,}"


@pytest.mark.parametrize(("bins", "bands"), [(2, 2), (6, 6), (7, 4), (20, 5), (100, 6)])
def test_any_number_of_scores_fits_into_six_bands(tmp_path: Path, bins: int, bands: int) -> None:
    bounds = f"tiers.bounds=[{bins / 4}, {bins / 2}, {bins * 3 / 4}]"
    page = page_of(tmp_path, "--scheme", "quintile", "--set", f"bins={bins}", "--set", bounds)

    for table in page.tables["bands"]:
        assert len(table) - 1 == bands
        assert sum(int(row[1].replace(",", "")) for row in table[1:]) == 3_549


@pytest.mark.parametrize(("scheme", "has_values"), [("thresholds", True), ("quintile", False)])
def test_values_below_the_bars_are_mentioned_where_they_stand(tmp_path: Path, scheme: str, has_values: bool) -> None:  # noqa: FBT001 a case
    text = " ".join(page_of(tmp_path, "--scheme", scheme, "--by", "region,store_code").text)

    assert ("those beneath are values" in text) is has_values
    assert ("Figures below the bars are scores." in text) is not has_values


def test_every_format_gives_the_same_page(tmp_path: Path) -> None:
    pages = []
    for form in ("csv", "parquet", "ndjson", "xlsx"):
        page = page_of(tmp_path / form, "--format", form)
        pages.append([page.headlines, {key: tables for key, tables in page.tables.items() if key != "how"}])

    assert pages[1:] == pages[:1] * 3


def test_named_segments_without_contacts(tmp_path: Path) -> None:
    (tmp_path / "dataset.toml").write_text(SEGMENTS, "utf-8")
    (tmp_path / "orders.csv").write_bytes((NATIONAL.parent / "sichuan-hiking" / "orders.csv").read_bytes())
    done("run", tmp_path, "--output", tmp_path / "output", "--report", "--quiet")

    page = read_page(tmp_path / "output" / f"{tmp_path.name}.report.html")

    assert [row[0] for row in page.tables["tiers"][0][1:]] == ["Champions", "Can't lose", "Others", "All"]
    assert [row[-1] for row in page.tables["tiers"][0][3:4]] == ["–"]
    assert page.tables["people"]


def test_refunds_that_leave_no_spend_leave_the_curve_out(tmp_path: Path) -> None:
    rows = ["customer_id,order_id,order_amount,order_time", "a,1,5.00,2025-06-01", "a,2,-9.00,2025-06-02"]
    (tmp_path / "orders.csv").write_text("\n".join(rows), "utf-8")
    words = ("--orders", tmp_path / "orders.csv", "--as-of", "2025-07-01", "--refunds", "net", "--scheme", "quintile")
    done("run", *words, "--output", tmp_path, "--report", "--quiet")

    page = read_page(tmp_path / "orders.report.html")

    assert "curve" not in page.headlines
    assert page.tables["tiers"][0][-1][4] == "¥-4.00"


def test_ten_times_the_customers_need_no_larger_page(tmp_path: Path) -> None:
    sizes = []
    for customers in (3_000, 30_000):
        orders = write_orders(market(orders=3 * customers, customers=customers), tmp_path / f"{customers}.parquet")
        done(
            "run", "--orders", orders, "--as-of", "2025-07-01", "--name", "many", "--output", tmp_path, "--report", "-q"
        )
        sizes.append((tmp_path / "many.report.html").stat().st_size)

    assert sizes[1] < 1.05 * sizes[0]


@pytest.mark.parametrize(("lists", "charts"), [(36, 36), (37, 0)])
def test_36_lists_are_drawn_and_more_are_a_table_below_a_megabyte(lists: int, charts: int, tmp_path: Path) -> None:
    rows = ["customer_id,order_id,region,order_amount,order_time"]
    rows += [
        f"c{place},{place},地区{place % lists},{1 + place % 3_000}.00,2025-0{1 + place % 6}-{1 + place % 28:02}"
        for place in range(7_000)
    ]
    (tmp_path / "orders.csv").write_text("\n".join(rows), "utf-8")
    done("run", "--orders", tmp_path / "orders.csv", "--as-of", "2025-07-01", "--output", tmp_path, "--report", "-q")

    page = read_page(tmp_path / "orders.report.html")

    assert len(page.tables["lists"][0]) == lists + 1
    assert sum(attributes.get("class") == "small-grid" for _, attributes in page.tags) == charts
    assert (tmp_path / "orders.report.html").stat().st_size < 1_000_000
