"""The statement's customers in PostgreSQL, graded, are those of the engine to the byte."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

import rfm_engine
from tests.servers.postgresql import ask, needs_postgresql, serve
from tests.sql.nasty_orders import FURTHER, RULE_SETS, nasty_orders
from tests.sql.warehouse import grade_counted, write_dataset
from tests.terminal import done

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

ORDERS = nasty_orders(2_000)
TABLE = """\
create table orders (
    customer_id text, order_id text, region text, "Store's ""line""\" text, store_code text, product_name text,
    order_status text, order_amount numeric(14, 2), order_time timestamp
)"""

pytestmark = needs_postgresql


@pytest.fixture(scope="module")
def server() -> Iterator[Path]:
    """The socket of a server with the table of orders."""
    with serve() as place:
        ask(place, "-c", TABLE)
        ask(place, "-c", "copy orders from stdin (format csv)", rows=csv_of_orders())
        yield place


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
