"""A list is known by its name, or those that there are are shown."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from rfm_engine import open_run
from rfm_engine.dossier.list_data import choose_list, find_lists, name_list, read_list
from tests.conftest import DATASETS
from tests.terminal import done, rfm

if TYPE_CHECKING:
    from pathlib import Path


def test_the_lists_together_are_the_customers_of_the_run(bundled: Path) -> None:
    run = open_run(bundled / "national-outdoor")
    customers = run.customers().collect()

    lists = [read_list(run, values) for values in find_lists(run)]

    assert [one.name for one in lists] == [one.values["region"] for one in lists]
    assert {one.name for one in lists} == {*customers["region"]}
    for one in lists:
        own = customers.filter(region=one.name)
        assert one.customers["customer_id"].to_list() == own["customer_id"].sort().to_list()
        assert one.customers["monetary"].sum() == own["monetary"].sum()
        assert {"product_name", "store_code", "last_order_time"} <= {*one.customers.columns}
        assert one.customers["as_of"].unique().to_list() == [date(2025, 7, 1)]


def test_the_only_list_needs_no_name_and_a_run_that_is_one_list_has_the_dataset_s(
    bundled: Path, tmp_path: Path
) -> None:
    one = open_run(bundled / "sichuan-hiking")
    done("run", DATASETS / "sichuan-hiking", "--by", "none", "--output", tmp_path, "--quiet")
    whole = open_run(tmp_path / "sichuan-hiking")

    assert choose_list(one, None) == choose_list(one, "四川省") == {"region": "四川省"}
    assert (choose_list(whole, None), name_list(whole, {})) == ({}, "sichuan-hiking")
    assert read_list(whole, {}).customers.height == one.customers().collect().height


def test_a_list_that_is_not_there_is_refused_with_those_that_are(runs: Path) -> None:
    for words in ((), ("--list", "四川")):
        answer = rfm("dossier", runs / "national-outdoor", *words)
        assert answer.code == 2
        assert "四川省" in answer.err
