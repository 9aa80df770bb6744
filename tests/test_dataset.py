"""A dataset file says what it means or is refused whole; the bundled ones hold the published tables to the border."""

from __future__ import annotations

import csv
from dataclasses import fields
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from itertools import product
from typing import TYPE_CHECKING

import polars as pl
import pytest

from rfm_engine.cli.options import RuleOptions
from rfm_engine.dataset import Dataset
from tests.conftest import DATASETS
from tests.terminal import done, read_rows, rfm

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
        writer.writerow(["客户编号", "订单号", "省份", amount, "下单时间"])
        writer.writerows((who, number, region, money, day) for number, (who, day, money) in enumerate(orders))
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
    assert {30, 31, 60, 61, 65} <= set(tenths.values())
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


def test_every_rule_of_a_dataset_file_is_an_option_of_the_same_name() -> None:
    options = {field.name for field in fields(RuleOptions)} | {"columns"}

    assert set(Dataset.model_fields) - {"title", "description"} <= options


def test_every_key_of_a_dataset_file_has_a_meaning() -> None:
    assert not [name for name, field in Dataset.model_fields.items() if not field.description]


WRONG = {
    "asof = 2025-07-01": "asof: unknown key, did you mean 'as_of'?",
    "zzz = 1": "zzz: unknown key (known: columns, ",
    "since = 2026-01-01": "since: since 2026-01-01 is after as_of 2025-07-01",
    "since = 20200101": "since: expected a date such as 2025-07-01, got 20200101",
    "by = 'region'": "by: expected a list",
    "by = ['customer_id']": "by: customers can't be split by customer_id",
    "by = ['tier']": "by: customers can't be split by tier",
    "by = ['region', 'region']": "by: customers can't be split by region",
    "region = []": "region: ",
    "grain = 'lines'": "grain: expected 'order' or 'line', got 'lines'",
    "grain = 'line'\nunique_order_ids = true": "unique_order_ids: grain = 'line' says that order ids repeat",
    "refunds = 'keep'": "refunds: expected 'reject' or 'net', got 'keep'",
    "unit = 'dollar'": "unit: expected 'yuan', 'ten_thousand_yuan' or 'fen', got 'dollar'",
    "weights = [0.3, 0.3]": "weights.2: must be stated",
    "weights = [0.3, 0.3, -0.4]": "weights: expected three weights of 0 or more",
    "weights = [0.3, 'much', 0.4]": "weights.1: expected a number, got 'much'",
    "skip_lines = 'two'": "skip_lines: expected a whole number, got 'two'",
    "time_zone = 'Asia/Shangai'": "time_zone: 'Asia/Shangai' is no IANA time zone, did you mean 'Asia/Shanghai'?",
    "encoding = 'gb18031'": "encoding: 'gb18031' is no known text encoding, did you mean 'gb18030'?",
    "name = 'a/b'": "name: expected a name that can be a folder's",
    "columns = { custmer_id = 'x' }": "columns.custmer_id: no such column, did you mean 'customer_id'?",
    "columns = { customer_id = 3 }": "columns.customer_id: expected text, got 3",
    "scheme = 'quintile'": "scheme: expected a table, got 'quintile'",
    "scheme = { bins = 5 }": "scheme.name: must be stated",
    "scheme = { name = 'quintle' }": "scheme.name: unknown scheme 'quintle', did you mean 'quintile'?",
    "scheme = { name = 'quintile', bin = 5 }": "scheme.bin: unknown key, did you mean 'bins'?",
    "scheme = { name = 'quintile', bins = 'five' }": "scheme.bins: expected a whole number, got 'five'",
    "scheme = { name = 'thresholds', frequency = [3, 1] }": "scheme.frequency: expected at least one cut point",
    "tiers = { name = 'abc' }": "tiers.name: unknown tier policy 'abc', did you mean 'abcd'?",
    "tiers = { name = 'abcd', bounds = [4, 3, 2] }": "tiers.bounds: expected three totals, each greater",
    "tiers = { name = 'abcd', contacts = { A = 'often' } }": "tiers.contacts.A: expected a cadence such as",
    "tiers = { name = 'weighted' }": "tiers.table: must be stated (the tiers, best first",
}


def written(folder: Path, *lines: str, as_of: str = "as_of = 2025-07-01") -> Path:
    (folder / "orders.csv").write_text("customer_id,order_amount,order_time\nc1,10,2025-01-01\n", "utf-8")
    path = folder / "dataset.toml"
    path.write_text("\n".join(["orders = ['orders.csv']", as_of, *lines]), "utf-8")
    return path


@pytest.mark.parametrize(("line", "expected"), WRONG.items(), ids=WRONG)
def test_a_wrong_line_is_refused_with_the_file_the_key_and_what_was_expected(
    line: str, expected: str, tmp_path: Path
) -> None:
    path = written(tmp_path, line)

    answer = rfm("run", path, "--output", tmp_path / "output")

    assert answer.code == 2
    assert answer.err.startswith(f"error: {path}: {expected}")
    assert answer.err.count("\n") == 1
    assert not (tmp_path / "output").exists()


def test_everything_wrong_in_several_files_is_told_at_once(tmp_path: Path) -> None:
    lines = {line.partition(" ")[0]: line for line in WRONG if "\n" not in line}
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        written(tmp_path / name, *lines.values())

    answer = rfm("run", tmp_path / "one", tmp_path / "two")

    faults = answer.err.removeprefix("error: ").splitlines()
    assert answer.code == 2
    for name in ("one", "two"):
        told = [fault.split(": ")[1] for fault in faults if fault.startswith(str(tmp_path / name / "dataset.toml"))]
        assert {place.partition(".")[0] for place in told} == set(lines)


@pytest.mark.parametrize("line", [line for line in WRONG if "scheme" not in line and "tiers" not in line and "zzz" not in line])
def test_the_same_mistake_in_an_option_names_the_option(line: str, tmp_path: Path) -> None:
    values = {"since": "2026-01-01", "grain": "lines", "refunds": "keep", "unit": "dollar", "weights": "0.3,0.3"}
    key = line.partition(" ")[0]
    if key not in values:
        pytest.skip("told by the command line's own checks, or no option")

    answer = rfm("run", written(tmp_path), f"--{key}", values[key], "--output", tmp_path / "output")

    assert answer.code == 2
    assert answer.err.startswith(f"error: option --{key} (over {tmp_path / 'dataset.toml'}): {key}")


def test_a_broken_file_is_refused_with_its_line(tmp_path: Path) -> None:
    path = written(tmp_path, "by = ['region'", "grain = 'order'")

    answer = rfm("run", path)

    assert answer.code == 2
    assert answer.err.startswith(f"error: {path}: not a readable TOML file: ")
    assert "line 4" in answer.err


def test_a_file_in_another_encoding_is_refused(tmp_path: Path) -> None:
    path = written(tmp_path)
    path.write_bytes("title = '四川'".encode("gb18030"))

    assert rfm("run", path).code == 2


def test_what_must_be_stated_is_told_with_its_meaning(tmp_path: Path) -> None:
    path = written(tmp_path, as_of="")

    answer = rfm("run", path)

    assert answer == (2, "", f"error: {path}: as_of: must be stated (the statistics date, the window's last day)\n")


def test_order_files_that_are_not_there_are_told_with_the_dataset_file(tmp_path: Path) -> None:
    path = written(tmp_path)
    (tmp_path / "orders.csv").unlink()

    answer = rfm("run", path)

    assert answer.code == 2
    assert answer.err.startswith(f"error: {path}: orders: no order file matches 'orders.csv'")


def test_an_order_file_in_place_of_a_dataset_file_is_told_how_to_score_it(shop: Path) -> None:
    answer = rfm("run", shop)

    assert answer.code == 2
    assert f"rfm-engine run --orders {shop} --as-of DATE" in answer.err


@pytest.mark.parametrize("names", [("same", "same"), ("same", "SAME")])
def test_datasets_whose_results_would_share_a_folder_are_refused(names: tuple[str, str], tmp_path: Path) -> None:
    for place, name in zip(("one", "two"), names, strict=True):
        (tmp_path / place).mkdir()
        written(tmp_path / place, f"name = '{name}'")

    answer = rfm("run", tmp_path / "one", tmp_path / "two")

    assert answer.code == 2
    assert "two datasets are named 'same'" in answer.err


def test_a_byte_order_mark_and_dates_as_text_are_understood(tmp_path: Path) -> None:
    path = written(tmp_path, as_of="as_of = '2025/7/1'")
    path.write_text(path.read_text("utf-8"), "utf-8-sig")

    done("run", path, "--output", tmp_path / "output")

    assert read_rows(tmp_path / "output" / tmp_path.name / "customers.csv")[0]["recency_days"] == "181"
