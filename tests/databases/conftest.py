"""The server that the tests of databases share."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.servers.postgresql import ask, serve
from tests.sql.test_postgresql import TABLE, csv_of_orders

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

ROLES = """
create role reader login; grant select on orders to reader;
create role stranger login;
create role guarded login password 'geheim-7'; grant select on orders to guarded
"""


@pytest.fixture(scope="session")
def server() -> Iterator[Path]:
    """The socket of a server with a table of orders: a reader may read it alone, a stranger may not.

    The role `guarded` has a password.
    """
    with serve() as place:
        ask(place, "-c", TABLE)
        ask(place, "-c", "copy orders from stdin (format csv)", rows=csv_of_orders())
        ask(place, "-c", ROLES)
        access = place / "data" / "pg_hba.conf"
        access.write_text("local all guarded scram-sha-256\n" + access.read_text("utf-8"), "utf-8")
        ask(place, "-c", "select pg_reload_conf()")
        yield place
