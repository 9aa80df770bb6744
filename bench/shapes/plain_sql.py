"""DuckDB's plain SQL for a shape, as a process of its own: PATH OUTPUT JOB, where the job is JSON.

Identical rows count once, rows of one order that differ are left out; a list for each region; quintiles; tiers A to D.
"""

# ruff: noqa: S608 the values in the SQL are our own

from __future__ import annotations

import json
import sys
from datetime import date
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import duckdb

COLUMNS: Final = {
    **dict.fromkeys(("customer_id", "order_id", "store_code", "region", "product_name"), "varchar"),
    "order_amount": "decimal(18, 2)",
    "order_time": "timestamp",
}
USED: Final = "order_time < date '2025-07-02' and order_time >= date '2020-01-01' and customer_id is not null"
DISTINCT: Final = """select * from (select distinct on (region, customer_id, order_id, product_name, store_code,
    order_amount, order_time) * from used) qualify count(*) over (partition by region, customer_id, order_id) = 1"""
LINES: Final = """select region, customer_id, order_id, sum(order_amount) as order_amount,
    max(order_time) as order_time, any_value(product_name) as product_name, any_value(store_code) as store_code,
    min(place) as place from used group by region, customer_id, order_id"""
LAST: Final = "arg_max(place, {'time': order_time, 'id': order_id, 'amount': order_amount}) filter (order_amount > 0)"


def main(path: str, output: str, text: str) -> None:
    """Read the orders, aggregate, score, sort and write."""
    import duckdb  # noqa: PLC0415 counted as its start

    from rfm_engine.benchmark.duckdb_sql import DuckDBRules, grading_query  # noqa: PLC0415 likewise

    job = json.loads(text)
    with duckdb.connect() as connection:
        if job["output"] == "xlsx":
            _load_excel(connection)
        connection.execute(f"create temp table used as select * from ({_scan(Path(path), job['select'])}) where {USED}")
        _stage(connection, job["job"])
        rules = DuckDBRules(date(2025, 7, 1), date(2020, 1, 1), unique=True, scheme="quintile")
        connection.execute(f"copy ({_out(grading_query('staged', rules), job['output'])}) to '{output}' {_form(job)}")


def _load_excel(connection: duckdb.DuckDBPyConnection) -> None:
    """Make DuckDB write workbooks: by an extension from PyPI, where it is installed, else by one that is fetched."""
    if find_spec("duckdb_extension_excel"):
        import_module("duckdb_extensions").import_extension("excel")
    else:
        connection.install_extension("excel")
    connection.load_extension("excel")


def _scan(path: Path, select: str) -> str:
    """Return the query that reads the files with canonical columns and a number for each row."""
    files = f"{path}/**/*.parquet" if path.is_dir() else str(path)
    is_text = ".csv" in path.suffixes
    scan = f"read_csv('{files}', all_varchar = true)" if is_text else f"read_parquet('{files}')"
    own = dict(part.split(": ", 1) for part in select.split("; ") if part)
    columns = (f"({own.get(name, name)})::{kind} as {name}" for name, kind in COLUMNS.items())
    return f"select {', '.join(columns)}, row_number() over () - 1 as place from {scan}"


def _stage(connection: duckdb.DuckDBPyConnection, job: str) -> None:
    """Make `staged`, a row for each order that counts, and `customers`."""
    orders = {"orders": DISTINCT, "net": DISTINCT, "lines": LINES, "without ids": "from used"}[job]
    kept = "" if job in {"net", "lines"} else "where order_amount > 0"
    connection.execute(f"create temp table staged as select * from ({orders}) {kept}")
    connection.execute(
        f"""create temp table customers as select region, customer_id, count(*) filter (order_amount > 0) as frequency,
        sum(order_amount) as monetary, {LAST} as place, max(order_time) filter (order_amount > 0) as last_order_time,
        date_diff('day', (max(order_time) filter (order_amount > 0))::date, date '2025-07-01') as recency_days
        from staged group by region, customer_id having count(*) filter (order_amount > 0) > 0"""
    )


def _out(query: str, output: str) -> str:
    if output != "pseudonyms":
        return query
    return f"select * replace (sha256(customer_id || 'a key of sixteen bytes or more') as customer_id) from ({query})"


def _form(job: dict[str, str]) -> str:
    forms = {"ndjson": "json", "xlsx": "xlsx, header true", "split": "parquet, partition_by (region)"}
    return f"(format {forms.get(job['output'], 'parquet')})"


if __name__ == "__main__":
    main(*sys.argv[1:])
