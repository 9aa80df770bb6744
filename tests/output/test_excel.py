"""A workbook holds the customers as they are, or is refused."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING

import polars as pl
import pytest

from rfm_engine.errors import OutputError
from rfm_engine.output.excel import write_workbook
from tests.terminal import AS_OF, ORDERS, rfm, run

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(("letters", "code"), [("é" * 32_767, 0), ("é" * 32_768, 1), ("😀" * 16_384, 1)])
def test_a_text_that_a_cell_would_cut_is_refused(letters: str, code: int, tmp_path: Path) -> None:
    orders = tmp_path / "orders.csv"
    orders.write_text(ORDERS.replace("tent", letters), "utf-8")

    answer = rfm("run", "--orders", orders, *AS_OF, "--format", "xlsx", "--output", tmp_path / "output", "--quiet")

    message = "customers.xlsx: last_product_name has texts of more than the 32,767 letters of a cell"
    expected = f"error: orders: {message}; use --format csv or parquet\n" if code else ""
    assert answer == (code, "", expected)


def test_a_number_that_a_cell_would_round_is_refused(tmp_path: Path) -> None:
    orders = tmp_path / "orders.csv"
    orders.write_text(ORDERS.replace("1500.10", "99999999999.99").replace("007,0002", "0012,0002"), "utf-8")
    run(orders, tmp_path / "output", "--format", "xlsx")
    customers = pl.DataFrame({"monetary": [Decimal("99999999999999.99")]})

    with pytest.raises(OutputError, match="monetary has numbers of more than the 15 digits of a cell"):
        write_workbook(customers, tmp_path / "customers.xlsx", date(2025, 7, 1))


@pytest.mark.parametrize("time", [datetime(1900, 2, 28, 23), date(1850, 1, 1)])
def test_a_time_that_a_cell_would_move_is_refused(time: date, tmp_path: Path) -> None:
    customers = pl.DataFrame({"last_order_time": [time, None]})

    with pytest.raises(OutputError, match="last_order_time has times before 1900-03-01"):
        write_workbook(customers, tmp_path / "customers.xlsx", date(2025, 7, 1))
