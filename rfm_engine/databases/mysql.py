"""MySQL and MariaDB: an answer as the text that the server sends, so that every number is exact, in little memory."""

from __future__ import annotations

import os
import re
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import parse_qsl, unquote, urlsplit

import polars as pl

from rfm_engine.databases.connections import BrokenAnswerError
from rfm_engine.databases.queries import hide_password, list_secrets, refuse_repeated_names
from rfm_engine.errors import DataError, UsageError
from rfm_engine.plugin_api import Answer

if TYPE_CHECKING:
    from collections.abc import Iterator

MISSING: Final = "a MySQL or MariaDB database needs a further package: pip install 'rfm-engine[mysql]'"
PASSWORD: Final = "MYSQL_PWD"  # noqa: S105 the variable of the server's own clients
PARAMETERS: Final = ("unix_socket", "ssl_ca", "ssl_cert", "ssl_key")
BATCH_ROWS: Final = 10_000
BEGIN: Final = (
    "set session transaction isolation level repeatable read, read only",
    "set time_zone = '+00:00'",
    "start transaction with consistent snapshot",
)
"""Read only is the session: a statement that ends the transaction, as `drop table` does, would end that of it alone."""

DESCRIBE: Final = "select version(), date_format(utc_timestamp(), '%Y-%m-%d %H:%i:%s')"
TIMESTAMP: Final = 7
"""The server's number of the type that is a moment; it shows it in the zone of the session."""

VALUE: Final = re.compile(r"'([^']+)'")


@contextmanager
def ask_mysql(uri: str, statement: str) -> Iterator[Answer]:
    """Give the answer to a statement, of one moment, in a transaction that writes nothing.

    Every value is text as the server's own client shows it; bytes are in hexadecimal after `0x`, moments (`timestamp`)
    end with `+00:00`.

    Raises:
        UsageError: The package that it needs is absent, or the URI has parameters that are not known.
        DataError: The database cannot be reached, or refuses what is asked of it.
    """
    try:
        import pymysql  # noqa: PLC0415 needed for these databases alone
        from pymysql.converters import encoders  # noqa: PLC0415 likewise
        from pymysql.cursors import SSCursor  # noqa: PLC0415 likewise
    except ImportError as error:
        raise UsageError(MISSING) from error
    parameters = read_parameters(uri)
    try:
        with closing(pymysql.connect(**parameters, conv=dict(encoders), charset="utf8mb4")) as connection:
            cursor = connection.cursor(SSCursor)
            try:
                for command in BEGIN:
                    cursor.execute(command)
                cursor.execute(DESCRIBE)
                ((version, moment),) = cursor.fetchall()
                yield Answer(name_server(version), moment, _read_batches(cursor, statement, pymysql.Error))
            finally:
                _leave_unread(cursor)
    except (pymysql.Error, BrokenAnswerError) as error:
        words = str(error.args[-1]).partition("\n")[0]
        for secret in [*list_secrets(uri), os.environ.get(PASSWORD)]:
            words = words.replace(secret, "***") if secret else words
        message = f"{hide_password(uri)}: {words}"
        raise DataError(message, *VALUE.findall(words)) from None


def read_parameters(uri: str) -> dict[str, Any]:
    """Return what the driver takes for a URI; the password is that of the URI, else that of the environment.

    >>> sorted(read_parameters("mysql://reader:pass%20word@db:3307/shop").items())
    [('database', 'shop'), ('host', 'db'), ('password', 'pass word'), ('port', 3307), ('user', 'reader')]

    Raises:
        UsageError: It has parameters that are not known.
    """
    parts = urlsplit(uri)
    given = dict(parse_qsl(parts.query))
    if unknown := [name for name in given if name not in PARAMETERS]:
        message = f"{hide_password(uri)}: no such parameters: {', '.join(unknown)}; known are {', '.join(PARAMETERS)}"
        raise UsageError(message)
    whole = {
        "host": parts.hostname,
        "port": parts.port,
        "user": parts.username and unquote(parts.username),
        "password": unquote(parts.password) if parts.password else os.environ.get(PASSWORD),
        "database": unquote(parts.path.removeprefix("/")),
    }
    return {name: value for name, value in whole.items() if value} | given


def name_server(version: str) -> str:
    """Return the name of a server with its version.

    >>> name_server("10.11.19-MariaDB-0+deb12u1"), name_server("8.4.2")
    ('MariaDB 10.11.19', 'MySQL 8.4.2')
    """
    return f"{'MariaDB' if 'MariaDB' in version else 'MySQL'} {version.partition('-')[0]}"


def _leave_unread(cursor: Any) -> None:  # noqa: ANN401 a driver's own class
    """Let the cursor go without the rows that no one reads, which it would fetch to the last."""
    cursor.connection = None
    if cursor._result is not None:  # noqa: SLF001 the driver has no other way
        cursor._result.unbuffered_active = False  # noqa: SLF001 likewise


def _read_batches(
    cursor: Any,  # noqa: ANN401 a driver's own class
    statement: str,
    failure: type[Exception],
) -> Iterator[pl.DataFrame]:
    cursor.execute(statement.strip().rstrip(";"))
    columns = cursor.description or ()
    names = [name for name, *_ in columns]
    refuse_repeated_names(names)
    moments = [name for name, kind, *_ in columns if kind == TIMESTAMP]
    while rows := _receive(cursor, failure):
        texts = {name: _as_text(values) for name, values in zip(names, zip(*rows, strict=True), strict=True)}
        yield pl.DataFrame(texts).with_columns(pl.col(moments) + "+00:00")


def _receive(cursor: Any, failure: type[Exception]) -> list[tuple[Any, ...]]:  # noqa: ANN401 a driver's own class
    try:
        return list(cursor.fetchmany(BATCH_ROWS))
    except failure as error:
        raise BrokenAnswerError(error.args[-1]) from None


def _as_text(values: tuple[str | bytes | None, ...]) -> pl.Series:
    plain = [f"0x{value.hex()}" if isinstance(value, bytes) else value for value in values]
    return pl.Series(plain, dtype=pl.String)
