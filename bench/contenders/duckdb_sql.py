"""DuckDB with the fastest SQL we know for the job."""

# ruff: noqa: PLC0415, S608 no contender pays for another's imports; the paths are ours

from __future__ import annotations

from datetime import date
from importlib.util import find_spec
from typing import TYPE_CHECKING

from bench.contenders.answer import COLUMNS

if TYPE_CHECKING:
    from pathlib import Path

    import duckdb

    from bench.contenders.rules import Rules

name = "duckdb"
columns = COLUMNS
TYPES = (
    "{'customer_id': 'VARCHAR', 'order_id': 'VARCHAR', 'store_code': 'VARCHAR', 'region': 'VARCHAR', "
    "'product_name': 'VARCHAR', 'order_amount': 'DECIMAL(18,2)', 'order_time': 'TIMESTAMP'}"
)


def available() -> bool:
    """Return whether DuckDB is installed."""
    return find_spec("duckdb") is not None


def run(orders: Path, output: Path, rules: Rules) -> None:
    """Read, aggregate, score, sort, write, in a fresh database that may spill beside the output."""
    import duckdb

    from rfm_engine.benchmark.duckdb_sql import DuckDBRules, write_answer

    known = DuckDBRules(date.fromisoformat(rules.as_of), date.fromisoformat(rules.since), rules.unique, "quintile")
    with duckdb.connect() as connection:
        connection.execute(f"set temp_directory = '{output.with_suffix('.spill')}'")
        write_answer(connection, source(connection, orders), output, known)


def source(connection: duckdb.DuckDBPyConnection, orders: Path) -> str:
    """Return the table expression of the orders; text is parsed once, into a table."""
    if orders.suffix == ".parquet":
        return f"(select *, file_row_number as place from read_parquet('{orders}', file_row_number = true))"
    connection.execute(
        f"create temp table staged as select *, row_number() over () - 1 as place "
        f"from read_csv('{orders}', types = {TYPES})"
    )
    return "staged"
