"""Orders that lie in MariaDB give the lists that the same orders give in a file, exact, from one moment, only read."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import polars as pl
import pytest

from rfm_engine.databases.mysql import ask_mysql
from rfm_engine.errors import DataError
from tests.servers.mariadb import address, ask, needs_mariadb, serve
from tests.terminal import AS_OF, done, record_of, rfm

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

HIDDEN = "geheim-8"
WINDOW = ("--as-of", "2025-07-01", "--since", "2020-01-01")
TYPES = "customer_id varchar(40), order_id varchar(40), store_code varchar(40), region varchar(40), product_name text"
TABLE = f"create table orders ({TYPES}, order_amount decimal(14, 2), order_time datetime)"
LOAD = "load data local infile '{}' into table orders character set utf8mb4 fields terminated by ',' ignore 1 lines"
ODD = """
create table odd (
    customer_id int, order_id bigint unsigned, order_amount decimal(30, 10), order_time datetime(6), blob_id binary(2)
);
insert into odd values
    (7, 18446744073709551615, 12345678901234567.0050000000, '2025-06-01 23:59:59.999999', 0x00ff), (8, 2, 1, null, null)
"""
KILL = """
set @own = (select max(id) from information_schema.processlist where info like 'select b.customer_id from %');
execute immediate concat('kill ', coalesce(@own, 0))
"""
pytestmark = needs_mariadb


@pytest.fixture(scope="module")
def orders(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Orders in a file."""
    path = tmp_path_factory.mktemp("generated") / "orders.csv"
    done("generate", path, "--orders", "200000", "--since", "2024-01-01", "--until", "2025-07-01")
    return path


@pytest.fixture(scope="module")
def server(orders: Path) -> Iterator[Path]:
    """The socket of a server with the same orders in a table."""
    header = orders.read_text("utf-8").partition("\n")[0]
    assert [word.split()[0] for word in TYPES.split(", ")] == header.split(",")[:5]
    with serve() as socket:
        ask(socket, f"{TABLE}; {LOAD.format(orders)}; {ODD};")
        ask(socket, f"create user guarded identified by '{HIDDEN}'; grant select on shop.* to guarded;")
        yield socket


def test_two_hundred_thousand_orders_give_the_bytes_of_the_file(server: Path, orders: Path, tmp_path: Path) -> None:
    done("run", "--orders", orders, *WINDOW, "--output", tmp_path / "file", "-q")

    done("run", "--database", address(server), "--table", "orders", *WINDOW, "--output", tmp_path / "base", "-q")

    lists = [(tmp_path / place / "orders" / "customers.csv").read_bytes() for place in ("file", "base")]
    assert lists[0] == lists[1]
    record = record_of(tmp_path / "base" / "orders")
    assert record["database"]["uri"] == address(server)
    assert record["database"]["statement"] == "select * from `orders`"
    assert record["database"]["rows"] == record["ledger"]["read"] == 200_000
    assert record["database"]["server"].startswith("MariaDB 1")


def test_numbers_times_and_bytes_come_as_exact_text(server: Path) -> None:
    with ask_mysql(address(server), "select * from odd") as answer:
        (frame,) = answer.batches

    assert frame.rows() == [
        ("7", "18446744073709551615", "12345678901234567.0050000000", "2025-06-01 23:59:59.999999", "0x00ff"),
        ("8", "2", "1.0000000000", None, None),
    ]
    assert set(frame.dtypes) == {pl.String}


def test_moments_ask_for_the_zone_in_which_days_are_counted(server: Path, tmp_path: Path) -> None:
    ask(server, "create or replace table moments (customer_id text, order_amount decimal(9, 2), order_time timestamp)")
    ask(server, "set time_zone = '+08:00'; insert into moments values ('a', 5, '2025-06-30 07:00:00')")
    where = ("--database", address(server), "--table", "moments", *AS_OF, "--output", tmp_path)

    refused = rfm("run", *where)

    assert (refused.code, "--time-zone" in refused.err) == (1, True)
    done("run", *where, "--time-zone", "Asia/Shanghai", "-q")
    assert ",2025-06-30 07:00:00," in (tmp_path / "moments" / "customers.csv").read_text("utf-8")


@pytest.mark.parametrize(
    "statement",
    [
        "delete from orders",
        "insert into orders (customer_id) values ('x')",
        "drop table orders",
        "create table more as select 1",
        "select 1; delete from orders",
        "set sql_log_bin = 0; truncate orders",
    ],
)
def test_a_statement_that_writes_is_refused_and_changes_nothing(statement: str, server: Path) -> None:
    before = ask(server, "checksum table orders; show tables")

    answer = rfm("run", "--database", address(server), "--query", statement, *AS_OF)

    assert (answer.code, answer.out) == (1, "")
    assert ask(server, "checksum table orders; show tables") == before


def test_rows_that_come_after_the_beginning_are_of_another_run(server: Path) -> None:
    ask(server, "create or replace table growing select * from orders limit 30000")

    with ask_mysql(address(server), "select count(*) from growing union all select count(*) from growing") as answer:
        ask(server, "insert into growing select * from orders limit 7")
        (counted,) = answer.batches

    assert counted.to_series().to_list() == ["30000", "30000"]


def test_an_answer_that_no_one_reads_to_its_end_is_let_go(server: Path) -> None:
    with ask_mysql(address(server), "select a.customer_id from orders a, orders b") as answer:  # 40,000,000,000 rows
        assert next(iter(answer.batches)).height == 10_000


def test_a_connection_that_ends_in_mid_answer_is_an_error_in_words(server: Path) -> None:
    def end_it() -> None:
        with ask_mysql(address(server), "select b.customer_id from orders a, orders b") as answer:
            for _ in answer.batches:
                ask(server, KILL)

    with pytest.raises(DataError, match=r"^mysql://root@localhost/shop\?unix_socket=[^ ]*: Lost connection"):
        end_it()


def test_a_password_stands_nowhere(server: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    where = ("--query", "select * from orders limit 9", *WINDOW, "--output", tmp_path)
    monkeypatch.setenv("MYSQL_PWD", HIDDEN)
    said = done("run", "--database", address(server, "guarded"), *where)
    monkeypatch.setenv("MYSQL_PWD", "falsch-8")
    wrong = rfm("run", "--database", address(server, "guarded"), *where)
    monkeypatch.setenv("RFM_DATABASE_URI", address(server, f"guarded:{HIDDEN}"))
    done("run", "--database", "env", *where, "-q")
    typed = rfm("run", "--database", address(server, f"guarded:{HIDDEN}"), *where)

    assert said.out
    assert (wrong.code, "Access denied" in wrong.err) == (1, True)
    assert (typed.code, "MYSQL_PWD" in typed.err) == (2, True)
    printed = "".join(part for answer in (said, wrong, typed) for part in (answer.out, answer.err))
    written = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    assert [word for word in (HIDDEN, "falsch-8") if word in printed or word.encode() in written] == []


@pytest.mark.parametrize(
    ("uri", "words", "code", "expected"),
    [
        ("SERVER", ("--table", "ordrs"), 1, "doesn't exist"),
        ("SERVER", ("--query", "select 1 as a, 2 as a"), 1, "'a' more than once"),
        ("SERVER", ("--query", "select * from orders limit 0"), 1, "returns no row"),
        ("SERVER&colour=red", ("--table", "orders"), 2, "no such parameters: colour; known are unix_socket"),
        ("mysql://root@127.0.0.1:1/shop", ("--table", "orders"), 1, "Can't connect"),
    ],
)
def test_what_cannot_be_asked_is_said(uri: str, words: tuple[str, ...], code: int, expected: str, server: Path) -> None:
    answer = rfm("run", "--database", uri.replace("SERVER", address(server)), *words, *AS_OF)

    assert (answer.code, expected in answer.err) == (code, True)


def test_customers_are_not_put_into_it(server: Path, shop_run: Path) -> None:
    answer = rfm("push", shop_run, "--database", address(server))

    assert (answer.code, "PostgreSQL alone" in answer.err) == (2, True)


def test_the_package_that_is_absent_is_named(server: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pymysql", None)

    answer = rfm("run", "--database", address(server), "--table", "orders", *AS_OF)

    assert (answer.code, "pip install 'rfm-engine[mysql]'" in answer.err) == (2, True)
