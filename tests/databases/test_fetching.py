"""Orders that lie in a database give the lists that the same orders give in a file, and nothing of the door leaks."""

from __future__ import annotations

import json
import sqlite3
import sys
from contextlib import nullcontext
from typing import TYPE_CHECKING

import polars as pl
import pytest

from tests.servers.postgresql import address, ask, needs_postgresql
from tests.sql.nasty_orders import nasty_orders
from tests.terminal import AS_OF, ORDERS, done, rfm

if TYPE_CHECKING:
    from contextlib import AbstractContextManager
    from pathlib import Path

WINDOW = ("--as-of", "2025-07-01", "--since", "2020-01-01")


@pytest.fixture
def shop(tmp_path: Path) -> str:
    """The address of a SQLite file with the small orders."""
    path = tmp_path / "shop.db"
    rows = [line.split(",") for line in ORDERS.splitlines()]
    with sqlite3.connect(path) as connection:
        connection.execute(f"create table orders ({', '.join(f'{name} text' for name in rows[0])})")
        connection.executemany("insert into orders values (?, ?, ?, ?, ?, ?, ?)", rows[1:])
    connection.close()
    return f"sqlite:///{path}"


@needs_postgresql
@pytest.mark.parametrize("options", [(), ("--by", "none", "--refunds", "net"), ("--grain", "line")], ids=str)
def test_orders_of_postgresql_give_the_files_of_the_same_orders_in_parquet(
    options: tuple[str, ...], server: Path, tmp_path: Path
) -> None:
    nasty_orders(2_000).write_parquet(tmp_path / "orders.parquet")
    done("run", "--orders", tmp_path / "orders.parquet", *WINDOW, *options, "--output", tmp_path / "file", "-q")

    where = ("--database", address(server, "reader"), "--table", "orders")
    done("run", *where, *WINDOW, *options, "--output", tmp_path / "base", "-q")

    files, base = tmp_path / "file" / "orders", tmp_path / "base" / "orders"
    assert (base / "customers.csv").read_bytes() == (files / "customers.csv").read_bytes()
    rejects = [pl.read_csv(place / "rejects.csv", infer_schema=False) for place in (base, files)]
    reasons = [rows.select(pl.exclude("file", "row")).sort(pl.all()) for rows in rejects]  # a table has no order
    assert reasons[0].equals(reasons[1])
    ledgers = [json.loads((place / "run.json").read_text("utf-8"))["ledger"] for place in (base, files)]
    assert ledgers[0] == ledgers[1]


@needs_postgresql
def test_a_run_records_where_its_orders_came_from_and_is_verified(server: Path, tmp_path: Path) -> None:
    query = "select * from orders where order_amount < 100"

    done("run", "--database", address(server), "--query", query, *WINDOW, "--output", tmp_path, "-q")

    record = json.loads((tmp_path / "query" / "run.json").read_text("utf-8"))
    assert record["inputs"] == []
    origin = record["database"]
    assert (origin["uri"], origin["statement"]) == (address(server), query)
    counted = int(ask(server, "-t", "-c", "select count(*) from orders where order_amount < 100"))
    assert origin["rows"] == record["ledger"]["read"] == counted
    assert origin["server"].startswith("PostgreSQL 1")
    assert len(origin["sha256"]) == 64
    assert "0 inputs and 2 outputs" in done("verify", tmp_path / "query").out


@needs_postgresql
def test_a_statement_that_writes_is_refused_and_changes_nothing(server: Path) -> None:
    before = ask(server, "-c", "select count(*) from orders")

    query = "with gone as (delete from orders returning *) select * from gone"
    answer = rfm("run", "--database", address(server), "--query", query, *AS_OF)

    assert (answer.code, ask(server, "-c", "select count(*) from orders")) == (1, before)
    assert "read-only transaction" in answer.err.replace("\n", " ")


@needs_postgresql
def test_times_with_a_zone_ask_for_the_zone_in_which_days_are_counted(server: Path, tmp_path: Path) -> None:
    query = "select customer_id, order_id, order_amount, order_time at time zone 'UTC' as order_time from orders"
    where = ("--database", address(server), "--query", query, *WINDOW)

    refused = rfm("run", *where, "--output", tmp_path)

    assert (refused.code, "--time-zone" in refused.err) == (1, True)
    done("run", *where, "--time-zone", "UTC", "--output", tmp_path, "-q")


def test_orders_of_sqlite_give_the_list_of_the_same_orders_in_csv(shop: str, tmp_path: Path) -> None:
    (tmp_path / "orders.csv").write_text(ORDERS, "utf-8")
    done("run", "--orders", tmp_path / "orders.csv", *AS_OF, "--output", tmp_path / "file", "-q")

    done("run", "--database", shop, "--table", "orders", *AS_OF, "--output", tmp_path / "base", "-q")

    lists = [(tmp_path / place / "orders" / "customers.csv").read_bytes() for place in ("file", "base")]
    assert lists[0] == lists[1]


def test_orders_of_a_database_are_computed_in_batches_however_many_they_are(
    shop: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[dict[str, str]] = []

    def record(**settings: str) -> AbstractContextManager[None]:
        asked.append(settings)
        return nullcontext()

    monkeypatch.setattr(pl, "Config", record)

    done("run", "--database", shop, "--table", "orders", *AS_OF, "--output", tmp_path / "base", "-q")

    assert {"engine_affinity": "in-memory"} not in asked


def test_a_dataset_file_reaches_a_database_only_when_the_command_says_so(shop: str, tmp_path: Path) -> None:
    table = f'name = "shop"\ndatabase = "{shop}"\ntable = "orders"\nas_of = 2025-07-01\n'
    (tmp_path / "dataset.toml").write_text(table, "utf-8")

    refused = rfm("run", tmp_path, "--output", tmp_path / "output")

    assert (refused.code, "--allow-database" in refused.err) == (2, True)
    done("run", tmp_path, "--allow-database", "--output", tmp_path / "output", "-q")
    assert (tmp_path / "output" / "shop" / "customers.csv").is_file()


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (("--table", "a", "--query", "select 1"), "not both"),
        ((), "--table NAME or --query SQL"),
        (("--query", "select * from orders where false"), "returns no row"),
        (("--table", "ordrs"), "no such table"),
        (("--table", "orders", "--state", "kept"), "leave it out"),
    ],
)
def test_what_cannot_be_asked_of_a_database_is_refused(words: tuple[str, ...], expected: str, shop: str) -> None:
    answer = rfm("run", "--database", shop, *words, *AS_OF)

    assert answer.code in (1, 2)
    assert expected in " ".join(answer.err.split())


def test_a_file_that_is_not_there_is_not_made(tmp_path: Path) -> None:
    answer = rfm("run", "--database", f"sqlite:///{tmp_path}/none.db", "--table", "orders", *AS_OF)

    assert (answer.code, "no such file" in answer.err) == (1, True)
    assert not (tmp_path / "none.db").exists()


def test_packages_that_are_absent_are_named(shop: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "nanoarrow", None)

    answer = rfm("run", "--database", shop, "--table", "orders", *AS_OF)

    assert answer.code == 2
    assert "pip install 'rfm-engine[database]'" in answer.err
