"""`python -m tests.databases.measure --orders 2000000`: orders of PostgreSQL against the same in a file, and memory."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

import polars as pl

from bench.processes import Usage, measure_process
from tests.servers.postgresql import address, ask, serve
from tests.terminal import done

TABLE = """\
create unlogged table orders (
    customer_id text, order_id text, store_code text, region text, product_name text,
    order_amount numeric(14, 2), order_time timestamp
)"""
FETCH = """\
import sys
from rfm_engine.databases.fetching import fetch_orders
from rfm_engine.databases.queries import OrderQuery
with fetch_orders(OrderQuery(sys.argv[1], "select * from orders", "orders")):
    pass
"""
SUMS = "select count(*), sum(frequency), sum(monetary) from crm"
SLICE_ROWS = 500_000
MEGABYTE = 1 << 20


def load(place: Path, orders: Path) -> None:
    """Put the orders of a Parquet file into a table."""
    ask(place, "-c", TABLE)
    rows = pl.scan_parquet(orders)
    for first in range(0, int(rows.select(pl.len()).collect().item()), SLICE_ROWS):
        part = rows.slice(first, SLICE_ROWS).collect().write_csv(None, include_header=False)
        ask(place, "-c", "copy orders from stdin (format csv)", rows=part)


def measure(name: str, *words: object) -> Usage:
    """Run a process and print what it took."""
    usage = measure_process([sys.executable, *map(str, words)])
    assert usage.code == 0, usage.said
    seconds = usage.user_seconds + usage.sys_seconds
    _print(f"{name}: {usage.peak_bytes / MEGABYTE:,.0f} MiB, {seconds:.1f} processor s, {usage.wall_seconds:.1f} s")
    return usage


def _print(line: str) -> None:
    print(line, flush=True)  # noqa: T201 its purpose


def main() -> None:
    """Print memory and time of the fetch and of both runs, and whether their lists and their sums are the same."""
    parser = argparse.ArgumentParser(prog="python -m tests.databases.measure")
    parser.add_argument("--orders", type=int, default=2_000_000)
    parser.add_argument("--file", type=Path, help="orders that are there already")
    words = parser.parse_args()
    with TemporaryDirectory() as name, serve() as place:
        folder = Path(name)
        orders = words.file or folder / "orders.parquet"
        if not words.file:
            done("generate", orders, "--orders", words.orders)
        load(place, orders)
        rules = ("--as-of", "2025-07-01", "--since", "2020-01-01", "--scheme", "quintile", "-q", "--output")
        run = ("-m", "rfm_engine", "run")
        measure("fetch", "-c", FETCH, address(place))
        measure("run of a file", *run, "--orders", orders, "--name", "orders", *rules, folder / "file")
        measure("run of a table", *run, "--database", address(place), "--table", "orders", *rules, folder / "base")
        lists = [(folder / made / "orders" / "customers.csv").read_bytes() for made in ("file", "base")]
        _print(f"the same lists: {lists[0] == lists[1]}")
        _compare_sums(place, folder / "base" / "orders")


def _compare_sums(place: Path, run: Path) -> None:
    """Push a run, and print whether the database's own sums are those of its record."""
    measure("push", "-m", "rfm_engine", "push", run, "--database", address(place), "--table", "crm", "--create")
    customers, orders, spend = ask(place, "-t", "-c", SUMS).decode().strip().split(",")
    record = json.loads((run / "run.json").read_text("utf-8"))
    _print(
        f"in the table {customers} customers, {orders} orders, {spend}; used by the run {record['ledger']['used']:,}"
    )


if __name__ == "__main__":
    main()
