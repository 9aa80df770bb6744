"""Graded customers put into a table of PostgreSQL, all or none: new ones in, changed ones anew, gone ones out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple
from urllib.parse import urlsplit

import polars as pl

from rfm_engine.databases.connections import DIALECTS, POSTGRESQL, connect
from rfm_engine.databases.fetching import read_batches
from rfm_engine.databases.queries import find_uri, hide_password, quote_name
from rfm_engine.errors import DataError, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

PUSHED: Final = "rfm_engine_pushed"
BATCH_ROWS: Final = 50_000
TYPES: Final[dict[Any, str]] = {
    pl.String: "text",
    pl.Int32: "integer",
    pl.Int64: "bigint",
    pl.Date: "date",
    pl.Datetime: "timestamp without time zone",
}


class Table(NamedTuple):
    """A table of customers: its name, perhaps with a schema, and the columns that tell its rows apart."""

    name: str
    key: Sequence[str]


class Pushed(NamedTuple):
    """How many rows of a table came, changed and went, and how many stay as they were."""

    new: int
    changed: int
    gone: int
    same: int


def push_rows(  # noqa: PLR0913 what is put where, and how
    rows: pl.LazyFrame, table: Table, address: str, *, scope: Sequence[str], create: bool = False, dry_run: bool = False
) -> Pushed:
    """Make the rows of a table those of a frame, in one transaction, and return what that changed.

    Only rows whose columns of the `scope` have the frame's values (one each) may go. With `create` a table that is
    missing is made; a `dry_run` changes nothing. No table is dropped or altered.

    Raises:
        UsageError: The database is none that rows can be put into.
        DataError: The table is missing, lacks columns or has others' types, or the database refuses.
    """
    rows = rows.with_columns(pl.col(pl.Enum, pl.Categorical).cast(pl.String))
    schema = rows.collect_schema()
    uri = find_uri(address)
    if DIALECTS.get(urlsplit(uri).scheme) is not POSTGRESQL:
        message = f"{hide_password(uri)}: customers can be put into PostgreSQL alone"
        raise UsageError(message)
    with connect(uri) as connection, connection.dbapi.cursor() as cursor:
        _prepare_table(cursor, table, _list_types(schema), create=create)
        cursor.adbc_ingest(PUSHED, schema.to_frame(), mode="create", temporary=True)
        for batch in rows.collect_batches(chunk_size=BATCH_ROWS):
            cursor.adbc_ingest(PUSHED, batch, mode="append", temporary=True)
        pushed = _merge(cursor, table, [*schema], scope)
        if dry_run:
            connection.dbapi.rollback()
        else:
            connection.dbapi.commit()
    return pushed


def write_definition(table: Table, types: Mapping[str, str]) -> str:
    """Return the statement that creates a table.

    >>> print(write_definition(Table("shop.graded", ["id"]), {"id": "text", "orders": "bigint"}))
    create table "shop"."graded" (
        "id" text not null,
        "orders" bigint,
        primary key ("id")
    )
    """
    lines = [f'"{name}" {kind}{" not null" if name in table.key else ""}' for name, kind in types.items()]
    lines.append(f"primary key ({_list(table.key)})")
    return f"create table {quote_name(table.name)} (\n    {f',{chr(10)}    '.join(lines)}\n)"


def _list_types(schema: pl.Schema) -> dict[str, str]:
    return {
        name: f"numeric({dtype.precision}, {dtype.scale})"  # so that the table shows 80.00, not 80
        if isinstance(dtype, pl.Decimal)
        else TYPES[dtype.base_type()]
        for name, dtype in schema.items()
    }


def _list(names: Iterable[str], before: str = "") -> str:
    return ", ".join(f"{before}{quote_name(name, has_schema=False)}" for name in names)


def _prepare_table(cursor: Any, table: Table, types: dict[str, str], *, create: bool) -> None:  # noqa: ANN401 a driver's
    """Create the table if it is missing, else compare its columns; nobody else writes to it from now on."""
    found = _find_columns(cursor, table)
    if not found and not create:
        message = f"{table.name}: no such table; --create makes it:\n{write_definition(table, types)}"
        raise DataError(message)
    if not found:
        cursor.execute(write_definition(table, types))
    elif faults := [
        f"{column} {found.get(column, 'missing')}, expected {kind}"
        for column, kind in types.items()
        if found.get(column) != kind.partition("(")[0]
    ]:
        message = f"{table.name}: other columns than the run's: {'; '.join(faults)}; alter it, or name another --table"
        raise DataError(message)
    cursor.execute(f"lock table {quote_name(table.name)} in share row exclusive mode")


def _find_columns(cursor: Any, table: Table) -> dict[str, str]:  # noqa: ANN401 a driver's own class
    """Return the columns of a table with their types; none where there is no such table."""
    schema, _, name = table.name.rpartition(".")
    place = _quote_text(schema) if schema else "current_schema()"
    statement = (
        "select column_name::text, data_type::text from information_schema.columns "  # noqa: S608 quoted
        f"where table_name = {_quote_text(name)} and table_schema = {place}"
    )
    return dict(row for batch in read_batches(cursor, statement) for row in batch.rows())


def _quote_text(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _merge(cursor: Any, table: Table, columns: Sequence[str], scope: Sequence[str]) -> Pushed:  # noqa: ANN401 a driver's
    name, others = quote_name(table.name), [column for column in columns if column not in table.key]
    changes = f"""
        insert into {name} as old ({_list(columns)}) select {_list(columns)} from {PUSHED}
        on conflict ({_list(table.key)}) do update set ({_list(others)}) = row({_list(others, "excluded.")})
        where ({_list(others, "old.")}) is distinct from ({_list(others, "excluded.")})
        returning xmax = 0 as is_new"""  # noqa: S608 quoted
    new, changed = _ask(
        cursor,
        f"with done as ({changes}) select count(*) filter (where is_new) as new, count(*) as every from done",  # noqa: S608
    )
    same_scope = f"({_list(scope)}) in (select {_list(scope)} from {PUSHED} limit 1)"  # noqa: S608 quoted
    its_row = f"select from {PUSHED} as now where ({_list(table.key, 'now.')}) = ({_list(table.key, 'old.')})"
    removal = f"delete from {name} as old where {same_scope} and not exists ({its_row}) returning 1"  # noqa: S608 quoted
    (gone,) = _ask(cursor, f"with gone as ({removal}) select count(*) from gone")  # noqa: S608 quoted
    (height,) = _ask(cursor, f"select count(*) from {PUSHED}")  # noqa: S608
    return Pushed(new, changed - new, gone, height - changed)


def _ask(cursor: Any, statement: str) -> tuple[Any, ...]:  # noqa: ANN401 a driver's own class
    return next(read_batches(cursor, statement)).row(0)
