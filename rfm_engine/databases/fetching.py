"""Orders of a database, fetched whole into a file: one transaction, batch by batch, so that memory stays bounded."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from itertools import chain
from typing import TYPE_CHECKING, Any, Final, NamedTuple
from urllib.parse import urlsplit

import polars as pl
from polars.io.plugins import register_io_source

from rfm_engine.databases.connections import BrokenAnswerError, connect
from rfm_engine.databases.mysql import ask_mysql
from rfm_engine.databases.queries import MYSQL, find_uri, hide_password, list_secrets, refuse_repeated_names
from rfm_engine.errors import DataError, PluginError, RfmError
from rfm_engine.plugin_api import Answer
from rfm_engine.system.disk_space import reports_full_disk
from rfm_engine.system.temp_dir import temp_dir

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from contextlib import AbstractContextManager
    from pathlib import Path

    from rfm_engine.databases.queries import OrderQuery
    from rfm_engine.plugin_api import Connector

GROUP_ROWS: Final = 20_000
"""Rows that are held in memory until they are written; groups of 100,000 take 30 MB more and no less time."""

UUID: Final = b"arrow.uuid"
UUID_PARTS: Final = ((0, 8), (8, 4), (12, 4), (16, 4), (20, 12))


class FetchedOrders(NamedTuple):
    """Orders of a database in a file, and where they come from, for the record of a run."""

    path: Path
    origin: dict[str, Any]


@contextmanager
def fetch_orders(query: OrderQuery) -> Iterator[FetchedOrders]:
    """Give the answer of a query as a Parquet file, which goes away with the block.

    Numbers of any precision become text, so that no fen is lost; uuids become text as the database shows them.

    Raises:
        UsageError, DataError: As `connect`; also an answer without a row.
    """
    with temp_dir() as folder:
        path = folder / "orders.parquet"
        uri = find_uri(query.address)
        with _choose_asking(query, uri)(uri, query.statement) as answer, reports_full_disk():
            rows = _write(iter(answer.batches), path, query)
        origin = {"uri": hide_password(uri), "statement": query.statement, "rows": rows}
        yield FetchedOrders(path, origin | {"server": answer.server, "at": answer.moment})


def _choose_asking(query: OrderQuery, uri: str) -> Callable[[str, str], AbstractContextManager[Answer]]:
    if query.connector is not None:
        return partial(_ask_connector, query.connector)
    return ask_mysql if urlsplit(uri).scheme in MYSQL else _ask_adbc


@contextmanager
def _ask_connector(connector: Connector, uri: str, statement: str) -> Iterator[Answer]:
    """Give the answer of a plugin's connector, whose errors of any kind are one line."""
    try:
        with connector.ask(uri, statement) as answer:
            yield replace(answer, batches=_guard(answer.batches))
    except RfmError:
        raise
    except Exception as error:  # noqa: BLE001 a stranger's code may raise anything
        words = str(error) if isinstance(error, BrokenAnswerError) else describe_failure(error)
        for secret in list_secrets(uri):
            words = words.replace(secret, "***")
        message = f"{hide_password(uri)}: connector {connector.name!r}: {words}"
        raise PluginError(message) from None


def _guard(batches: Iterable[Any]) -> Iterator[pl.DataFrame]:
    """Yield batches as frames; Polars, which draws them, would report a connector's error as its own."""
    try:
        for batch in batches:
            yield pl.DataFrame(batch)
    except Exception as error:  # noqa: BLE001 a stranger's code may raise anything
        raise BrokenAnswerError(describe_failure(error)) from None


def describe_failure(error: Exception) -> str:
    """Return the kind of an error and the first line of what it says."""
    return f"{type(error).__name__}: {str(error).partition(chr(10))[0]}"


@contextmanager
def _ask_adbc(uri: str, statement: str) -> Iterator[Answer]:
    with connect(uri) as connection, connection.dbapi.cursor() as cursor:
        cursor.execute(connection.dialect.begin)
        cursor.adbc_statement.set_options(**connection.dialect.options)
        version, moment = next(read_batches(cursor, connection.dialect.describe)).row(0)
        yield Answer(f"{connection.dialect.server} {version}", moment, read_batches(cursor, statement))


def read_batches(cursor: Any, statement: str) -> Iterator[pl.DataFrame]:  # noqa: ANN401 a driver's own class
    """Yield the rows of a statement in the order in which they come; nothing where there are none."""
    import nanoarrow  # noqa: PLC0415 needed for databases alone

    cursor.adbc_statement.set_sql_query(statement.strip().rstrip(";"))
    handle, _ = cursor.adbc_statement.execute_query()
    stream = nanoarrow.ArrayStream(handle)
    names = [field.name for field in stream.schema.fields]
    refuse_repeated_names(names)
    uuids = [
        field.name for field in stream.schema.fields if dict(field.metadata or {}).get(b"ARROW:extension:name") == UUID
    ]
    for batch in _receive(stream):
        yield _without_extensions(pl.DataFrame(batch), uuids)


def _receive(stream: Iterable[Any]) -> Iterator[Any]:
    try:
        yield from stream
    except RuntimeError as error:  # nanoarrow's, whatever broke
        raise BrokenAnswerError(str(error)) from None


def _without_extensions(frame: pl.DataFrame, uuids: list[str]) -> pl.DataFrame:
    plain = [pl.col(name).ext.storage() for name, dtype in frame.schema.items() if isinstance(dtype, pl.Extension)]
    digits = {name: pl.col(name).bin.encode("hex") for name in uuids}
    texts = [
        pl.concat_str([number.str.slice(*part) for part in UUID_PARTS], separator="-").alias(name)
        for name, number in digits.items()
    ]
    return frame.with_columns(*plain, *texts)


def _write(batches: Iterator[pl.DataFrame], path: Path, query: OrderQuery) -> int:
    first = next(batches, pl.DataFrame())
    if first.is_empty():
        message = f"{query.name}: the statement returns no row; look at it with the database's own client"
        raise DataError(message)

    broken: list[BrokenAnswerError] = []

    def give(*_: object) -> Iterator[pl.DataFrame]:
        try:
            yield from chain((first,), batches)
        except BrokenAnswerError as error:
            broken.append(error)

    register_io_source(give, schema=first.schema).sink_parquet(path, compression="lz4", row_group_size=GROUP_ROWS)
    if broken:
        raise broken[0]
    return int(pl.scan_parquet(path).select(pl.len()).collect().item())
