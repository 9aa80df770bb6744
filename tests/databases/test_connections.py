"""A database is opened to read alone, and what it says is one line without a password."""

from __future__ import annotations

import sqlite3
import sys
from typing import TYPE_CHECKING

import pytest

from rfm_engine.databases.connections import connect
from rfm_engine.errors import DataError, UsageError

if TYPE_CHECKING:
    from pathlib import Path

pytest.importorskip("adbc_driver_sqlite")


@pytest.fixture
def uri(tmp_path: Path) -> str:
    with sqlite3.connect(tmp_path / "shop.db") as database:
        database.execute("create table orders (id text)")
        database.execute("insert into orders values ('a1')")
    database.close()
    return f"sqlite:///{tmp_path / 'shop.db'}"


def test_a_file_is_opened_with_its_address(uri: str) -> None:
    with connect(uri) as connection:
        cursor = connection.dbapi.cursor()
        cursor.execute(connection.dialect.describe)
        ((version, moment),) = cursor.fetchall()
        cursor.close()

    assert (connection.address, connection.dialect.server) == (uri, "SQLite")
    assert version.count(".") == 2
    assert len(moment) == len("2025-07-01 00:00:00")


def test_what_the_database_says_is_one_line_with_its_address(uri: str) -> None:
    with (
        pytest.raises(DataError, match=r"no such table") as refused,
        connect(uri) as connection,
        connection.dbapi.cursor() as cursor,
    ):
        cursor.execute("select * from absent")

    assert str(refused.value).startswith(f"{uri}: ")
    assert "\n" not in str(refused.value)


def test_a_file_that_is_not_there_is_an_error_and_is_not_made(tmp_path: Path) -> None:
    uri = f"sqlite:///{tmp_path / 'gone.db'}"

    with pytest.raises(DataError, match=r"no such file; sqlite:////data/shop.db is an absolute path"), connect(uri):
        pass

    assert list(tmp_path.iterdir()) == []


def test_packages_that_are_absent_are_named(uri: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "nanoarrow", None)

    with pytest.raises(UsageError, match=r"rfm-engine\[database\]"), connect(uri):
        pass


def test_a_server_that_cannot_be_reached_is_named_without_its_password() -> None:
    pytest.importorskip("adbc_driver_postgresql")

    with pytest.raises(DataError) as refused, connect("postgresql://shop:secret@127.0.0.1:1/shop"):
        pass

    assert str(refused.value).startswith("postgresql://shop@127.0.0.1:1/shop: ")
    assert "secret" not in str(refused.value)
