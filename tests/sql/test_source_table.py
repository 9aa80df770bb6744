"""The columns of a table are those of the files, or of the dataset's map."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.sql.nasty_orders import nasty_orders
from tests.sql.warehouse import write_dataset
from tests.terminal import done, rfm

if TYPE_CHECKING:
    from pathlib import Path

ORDERS = nasty_orders(400)


def test_a_header_that_counts_multiples_needs_the_unit(tmp_path: Path) -> None:
    dataset = write_dataset(tmp_path, ORDERS.rename({"order_amount": "amount_cents"}), {})

    assert "says cents: --unit fen counts them so" in rfm("sql", dataset).err
    assert rfm("sql", dataset, "--unit", "fen").code == 0


def test_a_dataset_whose_orders_lie_elsewhere_is_said_by_its_map(tmp_path: Path) -> None:
    dataset = write_dataset(tmp_path, ORDERS, {"columns": {"customer_id": 'who "bought"'}})
    (dataset / "orders.parquet").unlink()

    statement = done("sql", dataset, "--table", 'sales."Orders 25"').out

    assert 'source."who ""bought"""' in statement
    assert 'from "sales"."Orders 25" as source' in statement
