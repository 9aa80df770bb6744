"""The same orders and rules give the same bytes, in every format, on any machine."""

from __future__ import annotations

import random
import shutil
from typing import TYPE_CHECKING, Any

import polars as pl
import pytest

from tests.engine import write_orders
from tests.processes import COLUMNS, began, dirty_orders, ended, orders_file, succeeded
from tests.terminal import everything_below, read_rows, record_of

if TYPE_CHECKING:
    from pathlib import Path

FORMATS = ("csv", "parquet", "xlsx", "ndjson")
EVERY_FORMAT = [word for form in FORMATS for word in ("--format", form)]
PLAIN = {"LC_ALL": "C.UTF-8", "TZ": "UTC", "PYTHONHASHSEED": "0", "POLARS_MAX_THREADS": "1"}
MACHINES = [
    {
        "LC_ALL": "POSIX",
        "TZ": "Asia/Shanghai",
        "PYTHONHASHSEED": "1",
        "POLARS_MAX_THREADS": "2",
    },
    {
        "LC_ALL": "zh_CN.GB18030",
        "PYTHONIOENCODING": "gb18030",
        "TZ": "America/New_York",
        "PYTHONHASHSEED": "4294967295",
        "POLARS_MAX_THREADS": "8",
    },
]
ASCII = {"LC_ALL": "POSIX", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
LAYOUTS = [(), ("--split",), ("--language", "zh"), ("--scheme", "quintile", "--refunds", "net")]


def outcome(folder: Path, *words: object, **variables: str) -> tuple[dict[str, bytes], dict[str, Any]]:
    """Run in a folder and return every file but the record, and the record without its seconds."""
    fixed = [
        "--as-of",
        "2025-07-01",
        "--latest-export",
        "rejected",
        "--order-time-format",
        "ymd",
        "--name",
        "x",
        "--output",
        "output",
    ]
    succeeded("run", *words, *fixed, variables=variables, cwd=folder)
    files = everything_below(folder / "output/x")
    assert files.pop("run.json")
    return files, record_of(folder / "output/x") | {"seconds": None}


@pytest.mark.parametrize("layout", LAYOUTS, ids=" ".join)
def test_threads_locale_time_zone_hash_seed_and_folder_change_no_byte(layout: tuple[str, ...], tmp_path: Path) -> None:
    here = tmp_path / "here"
    here.mkdir()
    orders_file(here / "orders.csv", 3_000)
    words = ("--orders", "orders.csv", *EVERY_FORMAT, *layout)
    expected, record = outcome(here, *words, **PLAIN)

    for number, machine in enumerate(MACHINES):
        copy = tmp_path / f"a copy {number}"
        shutil.copytree(here, copy, ignore=shutil.ignore_patterns("output"))
        found, its_record = outcome(copy, *words, **machine)
        assert [name for name in expected if found[name] != expected[name]] == []
        assert (found.keys(), its_record) == (expected.keys(), record)
    lists = 3 if layout == ("--split",) else 1
    assert len(expected) == len(FORMATS) * lists + 1


def test_a_machine_that_knows_ascii_alone_writes_the_same_bytes_or_says_what_it_cannot_name(tmp_path: Path) -> None:
    orders_file(tmp_path / "orders.csv", 400)
    words = ("--orders", "orders.csv", *EVERY_FORMAT)

    assert outcome(tmp_path, *words, **PLAIN) == outcome(tmp_path, *words, **ASCII)

    split = began("run", *words, "--as-of", "2025-07-01", "--split", variables=ASCII, cwd=tmp_path)
    code, _, err = ended(split)
    assert (code, "Traceback" in err) == (1, False)
    assert "the locale has no letters for the name" in err
    assert "set PYTHONUTF8=1); what was there before is untouched" in err


@pytest.mark.parametrize("layout", LAYOUTS, ids=" ".join)
def test_row_order_and_file_split_change_no_byte_and_no_reject(layout: tuple[str, ...], tmp_path: Path) -> None:
    orders = dirty_orders(3_000)
    write_orders(tmp_path / "whole.csv", orders, COLUMNS)
    (tmp_path / "parts").mkdir()
    random.Random(5).shuffle(orders)
    for number in range(4):
        write_orders(tmp_path / "parts" / f"{number}.csv", orders[number::4], COLUMNS)

    whole, record = outcome(tmp_path, "--orders", "whole.csv", *EVERY_FORMAT, *layout)
    whole_rejects = rejects(tmp_path)
    parts, its_record = outcome(tmp_path, "--orders", "parts", *EVERY_FORMAT, *layout, POLARS_MAX_THREADS="8")

    assert len(whole_rejects) > 50
    assert rejects(tmp_path) == whole_rejects
    assert whole.pop("rejects.csv") != parts.pop("rejects.csv")
    assert whole == parts
    named_by_path = {"dataset", "inputs", "columns", "outputs"}
    of_files = {"findings"}  # that rows of one order stand in several files
    assert {key for key in record if record[key] != its_record[key]} == named_by_path | of_files
    codes, its_codes = ([finding["code"] for finding in one["findings"]] for one in (record, its_record))
    assert codes == its_codes


def rejects(folder: Path) -> list[tuple[str, ...]]:
    """Return the rejects without their files and rows, which stand in the first two columns."""
    rows = read_rows(folder / "output/x/rejects.csv")
    return sorted(tuple(row.values())[2:] for row in rows)


def test_more_customers_than_a_row_group_holds_are_the_same_bytes_for_any_number_of_threads(tmp_path: Path) -> None:
    number = pl.int_range(250_000)
    pl.select(
        customer_id=pl.format("c{}", number * 7_919 % 1_000_003),
        order_id=pl.format("o{}", number),
        region=pl.lit("四川省"),
        order_amount=(number % 9_000 + 1).cast(pl.String),
        order_time=pl.date(2025, 1, 1) + pl.duration(days=number % 180),
    ).write_parquet(tmp_path / "orders.parquet")
    words = ("--orders", "orders.parquet", "--format", "parquet", "--format", "csv")

    first, *others = [outcome(tmp_path, *words, POLARS_MAX_THREADS=str(threads)) for threads in (1, 2, 8)]

    assert pl.read_parquet(first[0]["customers.parquet"]).height == 250_000
    assert all(other == first for other in others)
