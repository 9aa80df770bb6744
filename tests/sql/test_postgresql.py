"""The statement's customers in PostgreSQL, graded, are those of the engine to the byte."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

import rfm_engine
from tests.sql.nasty_orders import FURTHER, RULE_SETS, nasty_orders
from tests.sql.warehouse import grade_counted, write_dataset
from tests.terminal import done

if TYPE_CHECKING:
    from collections.abc import Iterator

ORDERS = nasty_orders(2_000)
PROGRAMS = next(iter(sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)), None)
TABLE = """\
create table orders (
    customer_id text, order_id text, region text, "Store's ""line""\" text, store_code text, product_name text,
    order_status text, order_amount numeric(14, 2), order_time timestamp
)"""

pytestmark = pytest.mark.skipif(
    PROGRAMS is None and not os.environ.get("CI"), reason="needs PostgreSQL: apt-get install postgresql"
)


def as_server(*words: object) -> None:
    """Run a program as the user of the server, which refuses to work as root."""
    command = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
    subprocess.run([*command, *map(str, words)], check=True, stdout=subprocess.DEVNULL, cwd="/")


def ask(place: Path, *words: str, orders: str | None = None) -> bytes:
    """Return what psql prints."""
    connection = ("-h", str(place), "-U", "postgres", "-v", "ON_ERROR_STOP=1", "--csv", "-q")
    given = None if orders is None else orders.encode()
    done = subprocess.run([f"{PROGRAMS}/psql", *connection, *words], check=True, capture_output=True, input=given)
    return bytes(done.stdout)


@pytest.fixture(scope="module")
def server() -> Iterator[Path]:
    """The socket of a server with the table of orders, of a locale that does not sort by bytes where there is one."""
    assert PROGRAMS is not None, "CI needs PostgreSQL"
    place = Path(tempfile.mkdtemp(prefix="pg-", dir="/tmp"))
    if os.geteuid() == 0:
        shutil.chown(place, "postgres")
    data = place / "data"
    try:
        as_server(
            PROGRAMS / "initdb", "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale", "C.UTF-8", "-N"
        )
        options = f"-k {place} -c listen_addresses='' -c fsync=off"
        as_server(PROGRAMS / "pg_ctl", "-D", data, "-w", "-o", options, "-l", place / "log", "start")
        ask(place, "-c", TABLE)
        ask(place, "-c", "copy orders from stdin (format csv)", orders=csv_of_orders())
        yield place
        as_server(PROGRAMS / "pg_ctl", "-D", data, "-m", "immediate", "stop")
    finally:
        shutil.rmtree(place)


def csv_of_orders() -> str:
    columns = ["customer_id", "order_id", "region", 'Store\'s "line"', "store_code", "product_name", "order_status"]
    rows = ORDERS.select(*columns, "order_amount", "order_time")
    return rows.write_csv(
        None, include_header=False, quote_style="non_numeric", datetime_format="%Y-%m-%d %H:%M:%S%.6f"
    )


@pytest.mark.parametrize("rules", [*RULE_SETS, *FURTHER], ids=str)
def test_the_graded_customers_are_those_of_the_engine(rules: dict[str, Any], server: Path, tmp_path: Path) -> None:
    dataset = write_dataset(tmp_path, ORDERS, rules)
    expected = rfm_engine.run(dataset).write(tmp_path / "expected").folder / "customers.csv"

    customers = ask(server, "-c", done("sql", dataset, "--dialect", "postgresql").out)

    assert grade_counted(dataset, customers) == expected.read_bytes()
