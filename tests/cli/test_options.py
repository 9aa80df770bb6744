"""Options override the file, and a plain file needs none."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl
import pytest

from tests.conftest import DATASETS
from tests.terminal import AS_OF, ORDERS, done, read_rows, record_of, rfm, run

if TYPE_CHECKING:
    from pathlib import Path


def test_options_override_the_file(tmp_path: Path) -> None:
    words = (
        "--as-of 2025-06-30 --since 2022-01-01 --by none --grain line --refunds net --unit fen "
        "--time-zone Asia/Shanghai --weights 0.2,0.3,0.5 --ties max --set bins=4 --set bounds=[1.5,2,3.5]"
    )
    options = [*words.split(), "--set", "tiers.contacts.A=2-3 per month"]

    done("run", DATASETS / "taian-curtains", *options, "--output", tmp_path, "--quiet")

    record = record_of(tmp_path / "taian-curtains")
    expected = {
        "as_of": "2025-06-30",
        "since": "2022-01-01",
        "by": [],
        "grain": "line",
        "refunds": "net",
        "unit": "fen",
        "time_zone": "Asia/Shanghai",
        "weights": ["0.2", "0.3", "0.5"],
        "region": ["山东省"],
    }
    assert {key: record["dataset"][key] for key in expected} == expected
    assert record["scheme"] == {"name": "quintile", "bins": 4, "ties": "max"}
    assert record["tiers"]["bounds"] == ["1.5", "2", "3.5"]
    contacts = {"A": "2-3 per month", "B": "1 per quarter", "C": "1 per half-year", "D": "1 per year"}
    assert record["tiers"]["contacts"] == contacts


def test_another_scheme_drops_the_file_s_options_of_the_former(tmp_path: Path) -> None:
    done("run", DATASETS / "taian-curtains", "--scheme", "thresholds", "--output", tmp_path, "--quiet")

    assert record_of(tmp_path / "taian-curtains")["scheme"]["name"] == "thresholds"


def test_the_same_scheme_keeps_the_file_s_options(tmp_path: Path) -> None:
    done(
        "run", DATASETS / "sichuan-hiking", "--scheme", "thresholds", "--tiers", "abcd", "--output", tmp_path, "--quiet"
    )

    assert "定制产品" in record_of(tmp_path / "sichuan-hiking")["tiers"]["focus"]["A"]


def test_a_table_of_tiers_can_be_set_whole(shop: Path, tmp_path: Path) -> None:
    table = "table=[{name='gold', above=2.5, contacts='1 per month'}, {name='rest', at_most=2.5}]"

    rows = read_rows(run(shop, tmp_path, "--tiers", "weighted", "--set", table) / "customers.csv")

    assert [(row["rfm_score"], row["tier"]) for row in rows] == [("2.9", "gold"), ("3.3", "gold"), ("2.5", "rest")]


def test_interval_rules_of_three_scores_take_the_first_match(shop: Path, tmp_path: Path) -> None:
    table = "table=[{name='New', r=5, f=1}, {name='Champions', r=[4,5], f=[2,5]}, {name='Lost'}]"

    rows = read_rows(run(shop, tmp_path, "--tiers", "segments", "--set", table) / "customers.csv")

    assert {row["customer_id"]: row["tier"] for row in rows} == {"0012": "Lost", "007": "Champions", "7": "Champions"}


def test_a_region_keeps_its_own_rows_and_the_ledger_counts_the_others(shop: Path, tmp_path: Path) -> None:
    folder = run(shop, tmp_path, "--region", "north")

    assert {row["region"] for row in read_rows(folder / "customers.csv")} == {"north"}
    assert record_of(folder)["ledger"]["other_region"] == 2


def test_regions_can_be_named_one_by_one(shop: Path, tmp_path: Path) -> None:
    folder = run(shop, tmp_path, "--region", "north", "--region", "south")

    assert {row["region"] for row in read_rows(folder / "customers.csv")} == {"north", "south"}


def test_a_header_is_mapped_and_a_status_kept(tmp_path: Path) -> None:
    orders = tmp_path / "orders.csv"
    orders.write_text("买家昵称,金额,下单日期,状态\n甲,10,2025-01-01,交易成功\n乙,10,2025-01-01,交易关闭\n", "gb18030")
    options = ("--column", "customer_id=买家昵称", "--keep-status", "交易成功", "--encoding", "gb18030")

    done("run", "--orders", orders, *AS_OF, *options, "--output", tmp_path / "output")

    assert [row["customer_id"] for row in read_rows(tmp_path / "output" / "orders" / "customers.csv")] == ["甲"]


@pytest.mark.parametrize(
    ("file", "name"), [("2025.07 orders.csv", "2025.07 orders"), ("b.tsv", "b"), ("orders.csv.gz", "orders")]
)
def test_plain_files_are_named_by_the_first_file_s_stem(file: str, name: str, tmp_path: Path) -> None:
    pl.DataFrame({"customer_id": ["c"], "order_amount": ["1"], "order_time": ["2025-01-01"]}).write_csv(
        tmp_path / file, compression="gzip" if file.endswith("gz") else "uncompressed"
    )
    (tmp_path / "a.csv").write_text("customer_id,order_amount,order_time\nc2,1,2025-01-01\n", "utf-8")
    orders = ("--orders", tmp_path / file, "--orders", tmp_path / "a.csv")

    done("run", *orders, *AS_OF, "--output", tmp_path / "output")
    done("run", *orders, *AS_OF, "--output", tmp_path / "output", "--name", "mine")

    assert sorted(path.name for path in (tmp_path / "output").iterdir()) == sorted([name, "mine"])


def test_a_glob_names_every_file_that_fits(shop: Path, tmp_path: Path) -> None:
    for number, line in enumerate(ORDERS.splitlines()[1:]):
        (tmp_path / f"part-{number}.csv").write_text(ORDERS.splitlines()[0] + "\n" + line + "\n", "utf-8")

    done("run", "--orders", tmp_path / "part-*.csv", *AS_OF, "--name", "shop", "--output", tmp_path / "parts")

    whole = run(shop, tmp_path / "whole") / "customers.csv"
    assert (tmp_path / "parts" / "shop" / "customers.csv").read_bytes() == whole.read_bytes()


UNDECODABLE = "x\udcff"


@pytest.mark.parametrize("option", ["encoding", "sheet", "nobody", "column", "name", "order-time-format", "time-zone"])
def test_an_option_that_is_no_text_is_refused_in_one_line(option: str, shop: Path) -> None:
    answer = rfm("run", "--orders", shop, *AS_OF, f"--{option}", UNDECODABLE)

    assert (answer.code, answer.out) == (2, "")
    assert answer.err.startswith(f"error: no text in UTF-8: --{option} 'x\\udcff'")
    assert answer.err.count("\n") == 1


@pytest.mark.parametrize("spelling", ["{}", "{}/", "{}/../shop"])
def test_the_result_of_a_folder_is_named_after_the_folder(spelling: str, tmp_path: Path) -> None:
    (tmp_path / "shop").mkdir()
    for name in ("a.csv", "b.csv"):
        (tmp_path / "shop" / name).write_text(f"customer_id,order_amount,order_time\n{name},5,2025-01-01\n", "utf-8")

    done("run", "--orders", spelling.format(tmp_path / "shop"), *AS_OF, "--output", tmp_path / "output")

    assert [path.name for path in (tmp_path / "output").iterdir() if path.is_dir()] == ["shop"]
