"""The bundled datasets hold the published tables to the last border."""

from __future__ import annotations

import csv
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from itertools import product
from typing import TYPE_CHECKING

import polars as pl
import pytest

from tests.conftest import DATASETS
from tests.terminal import done, read_rows

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

AS_OF = date(2025, 7, 1)
Order = tuple[str, date, Decimal]


def graded(bundled_name: str, folder: Path, orders: Iterable[Order]) -> dict[str, dict[str, str]]:
    """Run a bundled dataset's rules over other orders; return the rows by customer."""
    home = folder / bundled_name
    home.mkdir()
    text = (DATASETS / bundled_name / "dataset.toml").read_text("utf-8")
    (home / "dataset.toml").write_text(text, "utf-8")
    amount = "订单金额(万元)" if "万元" in text else "订单金额(元)"
    region = "山东省" if "山东省" in text else "四川省"
    with (home / "orders.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["客户编号", "订单号", "店铺代码", "产品名称", "省份", amount, "下单时间"])
        writer.writerows(
            (who, number, "S1", "tent", region, money, day) for number, (who, day, money) in enumerate(orders)
        )
    done("run", home, "--output", folder / "output", "--quiet")
    return {row["customer_id"]: row for row in read_rows(folder / "output" / bundled_name / "customers.csv")}


def orders_of(days: int, frequency: int, spend_fen: int, per_unit: int = 100) -> list[Order]:
    """Return the orders of one customer who is named by the three values."""
    who = f"{days}/{frequency}/{spend_fen}"
    amounts = [1] * (frequency - 1) + [spend_fen - frequency + 1]
    return [(who, AS_OF - timedelta(days), Decimal(fen) / per_unit) for fen in amounts]


def test_every_border_of_the_sichuan_table_is_graded_as_published(tmp_path: Path) -> None:
    recency = {0: 5, 10: 5, 11: 4, 30: 4, 31: 3, 60: 3, 61: 2, 120: 2, 121: 1, 2008: 1}
    frequency = {1: 1, 2: 2, 3: 2, 4: 3, 5: 3, 6: 4, 7: 4, 8: 5, 20: 5}
    spend = {20: 1, 10000: 1, 10001: 2, 35000: 2, 35001: 3, 80000: 3, 80001: 4, 150000: 4, 150001: 5}
    customers = list(product(recency, frequency, spend))

    rows = graded("sichuan-hiking", tmp_path, (order for customer in customers for order in orders_of(*customer)))

    assert len(rows) == len(customers) == 810
    contacts = {"A": ("1", "2", "1"), "B": ("1", "2", "3"), "C": ("1", "2", "6"), "D": ("1", "1", "12")}
    for days, orders, fen in customers:
        row = rows[f"{days}/{orders}/{fen}"]
        r, f, m = recency[days], frequency[orders], spend[fen]
        tenths = 3 * r + 3 * f + 4 * m
        tier = "A" if tenths >= 40 else "B" if tenths >= 30 else "C" if tenths >= 20 else "D"
        assert (row["r_score"], row["f_score"], row["m_score"]) == (str(r), str(f), str(m))
        assert (row["rfm_score"], row["tier"]) == (f"{tenths // 10}.{tenths % 10}", tier)
        assert (row["contacts_min"], row["contacts_max"], row["contact_every_months"]) == contacts[tier]


@pytest.mark.parametrize("customers", [1, 4, 5, 10, 13, 593])
def test_the_taian_table_gives_each_fifth_of_the_ranking_its_score(customers: int, tmp_path: Path) -> None:
    orders = [
        order
        for place in range(1, customers + 1)
        for order in orders_of(place, customers + 1 - place if customers < 20 else 1, 100 * (customers + 1 - place))
    ]

    rows = graded("taian-curtains", tmp_path, orders)

    by_days = {int(row["recency_days"]): row for row in rows.values()}
    assert len(by_days) == customers
    for place, row in by_days.items():
        share = Fraction(place, customers)
        expected = str(next(score for score in (5, 4, 3, 2, 1) if share <= Fraction(6 - score, 5)))
        assert (row["r_score"], row["m_score"]) == (expected, expected)
        assert row["f_score"] == (expected if customers < 20 else "1")


def test_a_customer_tied_with_one_outside_the_top_fifth_is_not_in_it(tmp_path: Path) -> None:
    spends = {"best": 900, "tied": 800, "level": 800, **{f"low{number}": 10 + number for number in range(7)}}

    rows = graded("taian-curtains", tmp_path, ((who, AS_OF, Decimal(spend)) for who, spend in spends.items()))

    assert [rows[who]["m_score"] for who in ("best", "tied", "level")] == ["5", "4", "4"]


def test_the_third_family_keeps_weights_of_1_3_and_tiers_closed_on_the_right(tmp_path: Path) -> None:
    recency = {60: 5, 180: 4, 365: 3, 730: 2, 731: 1}
    frequency = {1: 1, 2: 2, 4: 3, 8: 4, 9: 5}
    spend = {1_000_000: 1, 3_000_000: 2, 8_000_000: 3, 20_000_000: 4, 20_000_001: 5}
    customers = list(product(recency, frequency, spend))
    orders = (order for customer in customers for order in orders_of(*customer, per_unit=1_000_000))

    rows = graded("harbin-heating", tmp_path, orders)

    tenths = {key: 3 * recency[key[0]] + 4 * frequency[key[1]] + 6 * spend[key[2]] for key in customers}
    assert {30, 31, 59, 61, 65} <= set(tenths.values())
    for (days, count, fen), total in tenths.items():
        row = rows[f"{days}/{count}/{fen}"]
        tier = "C" if total <= 30 else "B" if total <= 60 else "A"
        assert (row["rfm_score"], row["tier"]) == (f"{total // 10}.{total % 10}", tier)


def test_the_bundled_datasets_grade_the_published_numbers_of_customers(bundled: Path) -> None:
    customers = {name: read_rows(bundled / name / "customers.csv") for name in ("sichuan-hiking", "taian-curtains")}

    assert {name: len(rows) for name, rows in customers.items()} == {"sichuan-hiking": 648, "taian-curtains": 593}


def test_the_national_dataset_is_graded_for_each_of_eight_provinces_or_more(bundled: Path) -> None:
    national = pl.read_csv(bundled / "national-outdoor" / "customers.csv", infer_schema=False)

    assert national["region"].n_unique() >= 8
    assert national["region"].is_sorted()
