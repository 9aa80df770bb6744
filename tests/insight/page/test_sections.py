"""The sections of the page show the figures of the tables, in the words of readers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import polars as pl
import pytest

from rfm_engine.insight.audit import Audit
from rfm_engine.insight.page.sections import (
    Content,
    make_demand,
    make_grades,
    make_outlook,
    make_regions,
    make_rules,
    name,
    share,
)
from rfm_engine.insight.purchases import OTHERS
from rfm_engine.insight.release import InsightOptions, Release, make_release
from rfm_engine.insight.tables import make_tables
from rfm_engine.report.provinces import TILES
from rfm_engine.report.words import Words
from tests.insight.attack.releases import job_of

if TYPE_CHECKING:
    from rfm_engine.report.section import Section

WORDS = Words("en")
MAKERS: dict[str, Any] = {
    "demand": make_demand,
    "outlook": make_outlook,
    "regions": make_regions,
    "grades": make_grades,
}


@pytest.fixture(scope="module")
def release() -> Release:
    return make_release(job_of("national-outdoor"), InsightOptions())


@pytest.fixture(scope="module")
def tables(release: Release) -> dict[str, pl.DataFrame]:
    return make_tables(release)


def content_of(section: Section | None) -> Content:
    assert section is not None
    assert isinstance(section.content, Content)
    return section.content


def last_whole(table: pl.DataFrame) -> pl.DataFrame:
    return table.filter(period=table.filter("is_whole")["period"].max())


def test_products_stand_by_falling_spend_of_the_last_whole_period(
    release: Release, tables: dict[str, pl.DataFrame]
) -> None:
    content = content_of(make_demand(tables["demand"], release, WORDS))

    rows = last_whole(tables["demand"]).filter(pl.col("region") == "", pl.col("product") != "")
    rows = rows.sort("spend", descending=True)
    assert [row[0] for row in content.rows] == rows["product"].to_list()
    assert [row[3] for row in content.rows] == [f"¥{spend:,.2f}" for spend in rows["spend"]]
    greatest = int(rows["spend"][0] * 100)
    assert [[part[1] for part in bar[1]] for bar in content.bars] == [
        [int(spend * 100), greatest - int(spend * 100)] for spend in rows["spend"].head(15)
    ]


def test_lists_have_tiles_where_each_is_a_province(release: Release, tables: dict[str, pl.DataFrame]) -> None:
    table = tables["regions"]
    content = content_of(make_regions(table, release, WORDS))

    rows = last_whole(table).sort("spend", descending=True).filter(pl.col("region") != "")
    assert [row[0] for row in content.rows] == [*rows["region"], "All"]
    assert len(content.tiles) == len(TILES)
    assert sum(look != "void" for _, _, _, look, _ in content.tiles) == rows.height
    renamed = table.with_columns(pl.col("region").replace({rows["region"][0]: "华东"}))
    assert content_of(make_regions(renamed, release, WORDS)).tiles == []


def test_the_tiers_of_a_list_fill_its_bar_and_what_is_withheld_is_its_rest(
    release: Release, tables: dict[str, pl.DataFrame]
) -> None:
    content = content_of(make_grades(tables["grades"], release, WORDS))

    whole = dict(tables["grades"].filter(tier="").select("region", "customers").rows())
    assert len(content.rows) == tables["grades"].height
    for region, parts, total in content.bars:
        customers = whole.get("" if region == "All" else region)
        if customers is not None:
            assert (sum(number for _, number, _ in parts), total) == (customers, f"{customers:,}")


def test_the_outlook_is_of_all_lists(release: Release, tables: dict[str, pl.DataFrame]) -> None:
    content = content_of(make_outlook(tables["outlook"], release, WORDS))

    rows = tables["outlook"].filter(region="").sort("product", "period").head(60)
    assert [row[:2] for row in content.rows] == [
        [product or "All", at] for product, at in rows.select("product", "period").rows()
    ]


@pytest.mark.parametrize("kind", ["demand", "outlook", "regions"])
def test_a_table_without_rows_has_no_section(kind: str, release: Release, tables: dict[str, pl.DataFrame]) -> None:
    assert MAKERS[kind](tables[kind].clear(), release, WORDS) is None
    assert make_grades(tables["grades"].clear(), release, WORDS) is None


def test_the_rule_and_what_the_audit_found_stand_at_the_end(release: Release) -> None:
    content = content_of(make_rules(release, Audit(1_234, [{}, {}]), WORDS))

    assert [row[1].replace("\N{NO-BREAK SPACE}", " ") for row in content.rows] == [
        "5",
        "50 %",
        "85 %",
        WORDS(f"insight.{release.demand.length}"),
        f"{release.demand.shown_percent} %",
        "1,234",
        "2",
    ]


def test_all_and_the_others_have_words_and_what_is_not_known_a_dash() -> None:
    assert (name("", WORDS), name(OTHERS, WORDS), name("tent", WORDS)) == ("All", WORDS("insight.others"), "tent")
    assert (share(None, WORDS), share(0, WORDS)) == ("–", WORDS.percent(0))
