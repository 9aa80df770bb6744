"""A release is made of orders of one currency, in as many lists as anyone reads."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest

from rfm_engine.errors import UsageError
from rfm_engine.insight.release import InsightOptions, make_release
from tests.insight.attack.releases import job_of
from tests.terminal import rfm

if TYPE_CHECKING:
    from pathlib import Path


def test_customers_that_were_counted_elsewhere_have_no_orders_to_look_at(bundled: Path, tmp_path: Path) -> None:
    counted = bundled / "sichuan-hiking" / "customers.csv"

    answer = rfm("insight", "--customers", counted, "--as-of", "2025-07-01", "--output", tmp_path)

    assert (answer.code, "insight is made of orders" in answer.err) == (2, True)


def test_customers_one_by_one_need_tokens() -> None:
    with pytest.raises(UsageError, match="customers leave the firm as tokens alone; add --pseudonymize customer_id"):
        make_release(job_of("taian-curtains"), InsightOptions(individual=True))


@pytest.mark.parametrize(("lists", "is_refused"), [(300, False), (301, True)])
def test_more_lists_than_anyone_reads_are_refused(lists: int, is_refused: bool, tmp_path: Path) -> None:  # noqa: FBT001 a case
    rows = [f"c{place % 6},r{place // 6},5,2025-05-01" for place in range(6 * lists)]
    (tmp_path / "orders.csv").write_text("\n".join(["customer_id,region,order_amount,order_time", *rows]), "utf-8")

    answer = rfm("insight", "--orders", tmp_path / "orders.csv", "--as-of", "2025-07-01", "--output", tmp_path)

    assert (answer.code, f"{lists} lists; no one reads so many" in answer.err) == (2 * is_refused, is_refused)


def test_lists_in_several_currencies_have_no_release(tmp_path: Path) -> None:
    rows = ["c1,EUR,5,2025-06-01", "c2,USD,6,2025-06-01"]
    (tmp_path / "orders.csv").write_text("\n".join(["customer_id,currency,order_amount,order_time", *rows]), "utf-8")
    words = ("--orders", tmp_path / "orders.csv", "--as-of", "2025-07-01", "--by", "currency", "--output", tmp_path)

    answer = rfm("insight", *words)

    assert (answer.code, "lists in several currencies have no spend together" in answer.err) == (2, True)


def test_a_release_begins_with_the_window_or_with_the_first_order() -> None:
    bounded = make_release(job_of("taian-curtains"), InsightOptions())
    open_ended = make_release(job_of("taian-curtains", since=None), InsightOptions())

    assert bounded.since == date(2021, 9, 1)
    assert open_ended.since == open_ended.purchases.of_customers["month"].min()
    assert bounded.tiers == ["A", "B", "C", "D"]
    assert bounded.purchases.customers["spend"].sum() == bounded.purchases.of_customers["spend"].sum()
