"""The header is the line that holds it, wherever it stands; else what to type is said."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from rfm_engine.errors import DataError
from rfm_engine.orders.read_options import ReadOptions
from tests.orders.readers.files import (
    collect,
    csv_text,
    is_whole,
    write,
)

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize("separator", [",", "\t", ";", "|"])
@pytest.mark.parametrize("skipped", [0, 2])
def test_lines_above_the_header_are_passed_over(tmp_path: Path, separator: str, skipped: int) -> None:
    path = write(tmp_path, f"店铺订单导出, 2025-07\n\n{csv_text(separator)}")

    assert is_whole(collect([path], ReadOptions(skip_lines=skipped)), first_row=4)


@pytest.mark.parametrize("order", ["a,1,2025-07-01,lamp", "a,1,2025-07-01,"])
def test_orders_above_the_header_are_not_passed_over(order: str, tmp_path: Path) -> None:
    path = write(tmp_path, f"{order}\ncustomer_id,amount,date,product_name\nb,2,2025-07-01,rope\n")

    with pytest.raises(DataError, match=r"the header seems to be line 2: give --skip-lines 1; an order above it"):
        collect([path])


def test_a_header_above_the_skipped_lines_is_hinted_at(tmp_path: Path) -> None:
    path = write(tmp_path, csv_text())

    with pytest.raises(DataError, match="--column customer_id="):
        collect([path], ReadOptions(skip_lines=1))


def test_a_file_without_headers_is_read_by_the_numbers_of_its_columns(tmp_path: Path) -> None:
    path = write(tmp_path, csv_text().partition("\n")[2])
    columns = {"customer_id": "1", "order_id": "2", "order_amount": "3", "order_time": "4", "region": "5"}

    assert is_whole(collect([path], ReadOptions(no_header=True, columns=columns)), first_row=1)


def test_a_file_whose_first_line_holds_values_is_refused_with_the_way_to_read_it(tmp_path: Path) -> None:
    path = write(tmp_path, csv_text().partition("\n")[2])

    with pytest.raises(DataError, match="--no-header --column customer_id=1"):
        collect([path])
