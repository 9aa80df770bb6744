"""Whatever goes wrong with a database, its password and its customers stand in no file and no message."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import pytest

from rfm_engine.databases.queries import VARIABLE
from rfm_engine.system.temp_dir import process_temp_dir
from tests.databases.test_fetching import WINDOW
from tests.privacy.pseudonyms import IDS
from tests.servers.postgresql import address, ask, needs_postgresql
from tests.terminal import done, everything_below, rfm

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = needs_postgresql

PASSWORD, WRONG = "geheim-7", "falsch-8"
ORDERS = """
create table secrets (customer_id text, order_id text, region text, order_amount numeric(9, 2), order_time timestamp);
insert into secrets select 'CUSTOMER-' || n % 60, 'ORDER-' || n, 'north', n, '2025-06-01'
    from generate_series(1, 40000) n;
insert into secrets values ('CUSTOMER-7', 'ORDER-8', 'north', 5, '2025-06-01'), ('', 'ORDER-9', 'north', 5, null);
grant select on secrets to guarded;
create table full_of_rules (dataset text, as_of date, check (dataset <> 'secrets'));
grant all on full_of_rules to guarded
"""
ENDS = "select * from secrets where order_id <> 'ORDER-39000' or pg_terminate_backend(pg_backend_pid())"
SPELT = "select customer_id::integer as customer_id, order_id, order_amount, order_time from secrets"


class Command(NamedTuple):
    """What is typed, with which password, how it ends, and a word of what is said."""

    words: tuple[object, ...]
    code: int
    said: str
    password: str = PASSWORD
    place: str = ""


@pytest.fixture
def commands(server: Path, tmp_path: Path) -> list[Command]:
    """Commands of all ends."""
    ask(server, "-c", ORDERS)
    tokens = [word for name in IDS[:2] for word in ("--pseudonymize", name)]
    run = ("run", "--database", "env", *WINDOW, *tokens, "--output", tmp_path / "output")
    push = ("push", tmp_path / "output" / "secrets", "--database", "env", "--table")
    secrets = ("--table", "secrets")
    return [
        Command((*run, *secrets), 0, "40,002 rows read"),
        Command((*run, *secrets), 1, "password authentication failed", WRONG),
        Command((*run, *secrets), 1, "No such file or directory", place="/nowhere"),
        Command((*run, "--query", "select * frm secrets"), 1, 'syntax error at or near "frm"'),
        Command((*run, "--query", ENDS), 1, "terminating connection"),
        Command((*run, "--query", SPELT), 1, 'invalid input syntax for type integer: "***"'),
        Command((*push, "crm", "--create"), 1, "permission denied for schema public"),
        Command((*push, "full_of_rules"), 1, "other columns than the run's"),
        Command((*push, "crm"), 1, "no such table"),
        Command((*push, "orders"), 1, "other columns than the run's"),
        Command(("push", *push[1:], "crm"), 1, "password authentication failed", WRONG),
    ]


def test_neither_password_nor_customer_stands_in_any_file_or_message(
    commands: list[Command], server: Path, tmp_path: Path, key_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RFM_PSEUDONYM_KEY", key_file.read_text("utf-8"))
    printed, temporary = "", everything_below(process_temp_dir()).keys()
    for command in commands:
        uri = address(server).replace("postgres@", f"guarded:{command.password}@")
        monkeypatch.setenv(VARIABLE, uri.replace(str(server), command.place or str(server)))
        answer = rfm(*command.words)
        assert (answer.code, command.said in " ".join(answer.err.split()) + answer.out) == (command.code, True), answer
        printed += answer.out + answer.err

    assert everything_below(process_temp_dir()).keys() == temporary
    written = everything_below(tmp_path / "output")
    assert sorted(written) == ["secrets/customers.csv", "secrets/rejects.csv", "secrets/run.json"]
    text = printed + "".join(content.decode() for content in written.values())
    assert [word for word in (PASSWORD, WRONG, "CUSTOMER-", "ORDER-") if word in text.replace(ENDS, "")] == []
    assert "postgresql://guarded@" in text


def test_a_row_that_a_table_refuses_is_not_shown(server: Path, tmp_path: Path) -> None:
    where = ("--database", address(server, "postgres"))
    done("run", *where, "--table", "orders", *WINDOW, "--output", tmp_path, "-q")
    push = ("push", tmp_path / "orders", *where, "--table", "ruled")
    done(*push, "--create")
    ask(server, "-c", "delete from ruled; alter table ruled add check (customer_id = 'nobody')")

    answer = rfm(*push)

    assert (answer.code, 'violates check constraint "ruled_customer_id_check"' in answer.err) == (1, True)
    assert "Failing row" not in answer.err


@pytest.mark.parametrize("scheme", ["postgresql", "mysql"])
def test_a_password_that_is_typed_is_refused_and_not_shown(scheme: str, server: Path) -> None:
    uri = address(server).replace("postgres@", f"guarded:{PASSWORD}@").replace("postgresql", scheme)

    answer = rfm("run", "--database", uri, "--table", "orders", *WINDOW)

    assert (answer.code, PASSWORD in answer.err) == (2, False)


def test_a_role_that_may_only_select_is_enough_and_one_that_may_not_is_refused(server: Path, tmp_path: Path) -> None:
    words = ("--table", "orders", *WINDOW, "--output", tmp_path, "-q")
    ask(server, "-c", "alter role reader set default_transaction_read_only = on")

    done("run", "--database", address(server, "reader"), *words)
    refused = rfm("run", "--database", address(server, "stranger"), *words)

    assert (refused.code, "permission denied for table orders" in refused.err) == (1, True)
