"""Customers by name: the highest spend, asleep, near the next tier and about to drop, as `explain` and runs say."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest

from rfm_engine import open_run
from rfm_engine.runs.scale import scale_of
from rfm_engine.runs.watch import WatchOptions, look_ahead
from tests.report.page_reader import Table, read_page
from tests.terminal import done, rfm

DATASETS = Path(__file__).parents[3] / "datasets"
TITLES = ("drop", "near", "spend", "asleep")


def tables_of(folder: Path, *options: str) -> dict[str, Table]:
    done("report", folder, *options)
    page = read_page(folder.with_name(f"{folder.name}.report.html"))
    return dict(zip(TITLES, page.tables["people"], strict=True))


def yuan(text: str) -> Decimal:
    return Decimal(text.removeprefix("¥").replace(",", ""))


@pytest.mark.parametrize("dataset", ["sichuan-hiking", "national-outdoor", "taian-curtains"])
def test_the_highest_spend_comes_first(bundled: Path, dataset: str) -> None:
    customers = open_run(bundled / dataset).customers().collect().to_dicts()
    best = sorted(customers, key=lambda row: (-row["monetary"], row["region"], row["customer_id"]))

    for title, rows in (("spend", best), ("asleep", [row for row in best if row["r_score"] == 1])):
        found = tables_of(bundled / dataset, "--top", "5")[title]
        place = [name.strip() for name in found[0]].index("Spend")
        assert [(row[0], yuan(row[place])) for row in found[1:]] == [
            (row["customer_id"], row["monetary"]) for row in rows[:5]
        ]


def test_customers_about_to_drop_do_drop_on_their_day_and_not_before(bundled: Path, tmp_path: Path) -> None:
    rows = tables_of(bundled / "sichuan-hiking", "--top", "200")["drop"][1:]

    assert len(rows) > 20
    for day in sorted({row[2] for row in rows})[:4]:
        before, after = (graded_on(date.fromisoformat(day) - timedelta(days=back), tmp_path) for back in (1, 0))
        dropping = [(row[0], row[1]) for row in rows if row[2] == day]
        assert [before[name] for name, _ in dropping] == [tier for _, tier in dropping]
        assert all(after[name] > tier for name, tier in dropping)


def graded_on(day: date, folder: Path) -> dict[str, str]:
    output = folder / day.isoformat()
    done("run", DATASETS / "sichuan-hiking", "--as-of", day.isoformat(), "--output", output, "--quiet")
    rows = open_run(output / "sichuan-hiking").customers().select("customer_id", "tier").collect().rows()
    return dict(rows)


def test_customers_near_the_next_tier_rise_with_one_more_order(bundled: Path) -> None:
    run = open_run(bundled / "sichuan-hiking")
    rows = tables_of(bundled / "sichuan-hiking", "--top", "10")["near"][1:]

    assert len(rows) == 10
    assert all(row[2] < row[1] for row in rows)
    for name, tier, *_ in rows:
        assert run.customers().filter(customer_id=name).collect()["tier"].item() == tier


def test_a_pseudonymised_run_shows_tokens_and_no_dropped_column(tmp_path: Path) -> None:
    key = tmp_path / "key"
    key.write_text("a key of 16 bytes or more", "utf-8")
    private = ("--pseudonymize", "customer_id", "--drop", "product_name", "--pseudonym-key-file", key)
    done("run", DATASETS / "sichuan-hiking", *private, "--output", tmp_path / "output", "--quiet")

    answer = rfm("report", tmp_path / "output" / "sichuan-hiking")
    text = (tmp_path / "output" / "sichuan-hiking.report.html").read_text("utf-8")

    assert answer.code == 0, answer.err
    assert "SC0000" not in text
    assert "徒步" not in text.partition("<main")[2].partition('id="how"')[0]


@pytest.mark.parametrize("dataset", ["sichuan-hiking", "national-outdoor", "taian-curtains", "harbin-heating"])
def test_all_customers_about_to_drop_are_found_from_one_of_each_kind(bundled: Path, dataset: str) -> None:
    run = open_run(bundled / dataset)
    fen = (pl.col("monetary") * 100).cast(pl.Int64).alias("monetary_fen")
    everyone = run.customers().select("region", "customer_id", "recency_days", "frequency", fen).collect()
    dropping = look_ahead(everyone, scale_of(run), WatchOptions()).drop_nulls("drops_on")
    first = dropping.join(everyone, on=["region", "customer_id"]).sort(
        "drops_on", "monetary_fen", "region", "customer_id", descending=[False, True, False, False]
    )

    done("report", bundled / dataset, "--top", "200")
    page = read_page(bundled / f"{dataset}.report.html")

    assert f" {dropping.height:,} customers lose their tier" in page.headlines["people"] or dropping.is_empty()
    assert [row[0] for row in page.tables["people"][0][1:]] == first["customer_id"].head(200).to_list()
