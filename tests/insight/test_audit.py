"""The audit finds what can be computed from the tables."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import polars as pl

from rfm_engine.insight.audit import audit_tables
from rfm_engine.insight.periods import Period
from rfm_engine.insight.release import InsightOptions, make_release
from rfm_engine.insight.tables import make_tables
from tests.insight.attack.cases import find_computable, margins
from tests.insight.attack.releases import DATASETS, job_of, orders_of, read_table
from tests.terminal import done

if TYPE_CHECKING:
    from pathlib import Path


def test_without_further_cells_an_outsider_computes_some_and_with_them_none(tmp_path: Path) -> None:
    done("insight", DATASETS / "taian-curtains", "--period", "quarter", "--output", tmp_path, "--for", "suppliers")
    shown = {
        (row["product"], row["region"], row["period"]): row for row in read_table(tmp_path, "taian-curtains", "demand")
    }
    cells: dict[tuple[str, str, Any], set[str]] = defaultdict(set)
    for product, region, day, customer, _ in orders_of("taian-curtains"):
        for name in (product, ""):
            cells[name, region, str(Period.of(day, "quarter"))].add(customer)

    small = [place for place, customers in cells.items() if len(customers) < 5]
    withheld = [place for place in cells if place not in shown]

    rows = {
        name: [row for row in margins(cells, hidden) if any(row)]
        for name, hidden in {"small": small, "all": withheld}.items()
    }
    assert len(find_computable(rows["small"], small, small)) > 0
    assert find_computable(rows["all"], withheld, withheld) == []


def test_a_cell_that_is_shown_after_all_gives_others_away() -> None:
    release = make_release(job_of("taian-curtains"), InsightOptions(audiences=("suppliers",), length="quarter"))
    shown_too = release.demand.cells.filter(~pl.col("is_shown") & pl.col("is_safe"))

    sound, leaking = (
        audit_tables(one, make_tables(one))
        for one in (
            release,
            replace(release, demand=replace(release.demand, cells=show_all_safe(release.demand.cells))),
        )
    )

    assert sound.found == []
    assert sound.withheld - leaking.withheld == shown_too.height
    assert leaking.found


def show_all_safe(cells: pl.DataFrame) -> pl.DataFrame:
    return cells.with_columns(pl.col("is_safe").alias("is_shown"))


def test_a_number_of_few_customers_that_is_shown_is_found() -> None:
    release = make_release(job_of("taian-curtains"), InsightOptions(audiences=("banks",)))
    tables = make_tables(release)
    few = tables["grades"].with_columns(
        pl.when(pl.int_range(pl.len()) == 0).then(pl.lit(2)).otherwise("customers").alias("customers")
    )

    counts = replace(
        release.counts,
        numbers={count: 2 if count[0] == "grades" else number for count, number in release.counts.numbers.items()},
    )
    found = audit_tables(replace(release, counts=counts), tables | {"grades": few}).found

    assert audit_tables(release, tables).found == []
    assert found
