"""A connection to a database: what is the same for all, and the few things that each does its own way."""

from __future__ import annotations

import re
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote, urlsplit

from rfm_engine.databases.queries import hide_password, list_secrets
from rfm_engine.errors import DataError, UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

MISSING: Final = "a database needs further packages: pip install 'rfm-engine[database]'"
SAID: Final = re.compile(r"(?:ERROR|FATAL):\s+(.*)")
QUOTED: Final = re.compile(r'"([^"]+)"')
"""Of what a server says while it sends rows: a value of one."""


class BrokenAnswerError(Exception):
    """The server stopped while it sent rows; its words are the message."""


@dataclass(frozen=True, kw_only=True)
class Dialect:
    """What is particular to a kind of database: its ADBC driver and a few statements.

    `begin` opens a transaction that reads one moment and writes nothing, `describe` returns one row: the server's
    version and that moment. `server` is its name in records, `locate` makes of a URI what the driver takes.
    `options` of a statement make it answer in small batches.
    """

    driver: str
    server: str
    begin: str
    describe: str
    locate: Callable[[str], str] = str
    options: Mapping[str, str] = field(default_factory=dict)


def _locate_file(uri: str) -> str:
    path = Path(urlsplit(uri).path[1:])
    if not path.is_file():
        message = f"{uri}: no such file; sqlite:////data/shop.db is an absolute path, sqlite:///shop.db a relative one"
        raise DataError(message)
    return f"file:{quote(str(path))}?mode=rw"


POSTGRESQL: Final = Dialect(
    driver="adbc_driver_postgresql",
    server="PostgreSQL",
    begin="set transaction isolation level repeatable read read only",
    options={"adbc.postgresql.batch_size_hint_bytes": "1000000"},  # 16 MB, the driver's own, take 110 MB more memory
    describe="select current_setting('server_version'), to_char(now() at time zone 'UTC', 'YYYY-MM-DD HH24:MI:SS')",
)
SQLITE: Final = Dialect(
    driver="adbc_driver_sqlite",
    server="SQLite",
    begin="pragma query_only = true",
    describe="select sqlite_version(), datetime('now')",
    locate=_locate_file,
)
DIALECTS: Final = {"postgresql": POSTGRESQL, "postgres": POSTGRESQL, "sqlite": SQLITE}


@dataclass(frozen=True, kw_only=True)
class Connection:
    """An open database: `dbapi` is its ADBC connection, `address` its URI without a password."""

    dialect: Dialect
    address: str
    dbapi: Any


@contextmanager
def connect(uri: str) -> Iterator[Connection]:
    """Open the database of a URI while the block runs; errors of the driver are one line, without a password.

    Raises:
        UsageError: The packages that it needs are absent.
        DataError: The database cannot be reached, or refuses what is asked of it.
    """
    dialect = DIALECTS[urlsplit(uri).scheme]
    try:
        driver = import_module(f"{dialect.driver}.dbapi")
        import_module("nanoarrow")
    except ImportError as error:
        raise UsageError(MISSING) from error
    try:
        with driver.connect(dialect.locate(uri)) as opened:
            yield Connection(dialect=dialect, address=hide_password(uri), dbapi=opened)
    except (driver.Error, BrokenAnswerError) as error:
        words = _first_line(str(error), list_secrets(uri))
        values = QUOTED.findall(words) if isinstance(error, BrokenAnswerError) else ()
        message = f"{hide_password(uri)}: {words}"
        raise DataError(message, *values) from None


def _first_line(text: str, secrets: list[str]) -> str:
    """Return what the server says, without the lines that follow, which may hold a row."""
    said = SAID.search(text)
    words = said[1] if said else (text.partition("[libpq] ")[2] or text).strip().partition("\n")[0]
    for secret in secrets:
        words = words.replace(secret, "***")
    return words
