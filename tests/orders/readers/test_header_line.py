"""The header is the line that holds it, wherever it stands; else what to type is said."""

from __future__ import annotations

from pathlib import Path

import pytest

from rfm_engine.errors import DataError
from rfm_engine.order_source import OrderSource
from rfm_engine.orders.files.order_file import OrderFile
from rfm_engine.orders.read_options import ReadOptions
from rfm_engine.orders.readers.header_line import looks_like_records, number_headers, suits_orders
from tests.orders.readers.files import (
    collect,
    csv_text,
    is_whole,
    write,
)


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


SOURCE = OrderSource(name="till", title="a till", signature=("Till", "Slip"), columns={"order_id": "Slip"})
PLAIN = OrderFile(path=Path("o.csv"), options=ReadOptions())
NEEDED = ["customer id", "amount", "date"]


def test_a_line_could_be_the_header_if_it_has_what_orders_need_or_a_source_is_known_by() -> None:
    known = OrderFile(path=Path("o.csv"), options=ReadOptions(), sources=(SOURCE,))
    mapped = OrderFile(path=Path("o.csv"), options=ReadOptions(columns={"customer_id": "who"}))

    assert suits_orders(NEEDED, PLAIN)
    assert not suits_orders(NEEDED[:2], PLAIN)
    assert [suits_orders(headers, known) for headers in (["slip", "TILL"], ["Slip", "Till", "x"], ["Slip"])] == [
        True,
        True,
        False,
    ]
    assert suits_orders(["who", "amount", "date"], mapped)
    assert suits_orders(["1"], OrderFile(path=Path("o.csv"), options=ReadOptions(no_header=True)))


def test_lines_above_a_header_are_records_if_they_are_as_full_or_hold_an_order() -> None:
    headers = [*NEEDED, "note"]
    titles = [(0, ["Orders of June", "", "", ""]), (1, ["printed", "2025-07-01", "", ""])]

    assert not looks_like_records(titles, headers, PLAIN)
    assert looks_like_records([(0, ["a", "5", "2025-06-01", ""])], headers, PLAIN)
    assert looks_like_records([(0, ["a", "b", "c", "d"])], headers, PLAIN)
    assert not looks_like_records([(0, ["a", "free", "2025-06-01", ""])], headers, PLAIN)


def test_a_sign_that_may_separate_the_columns_is_proposed(tmp_path: Path) -> None:
    path = write(tmp_path, "customer_id!amount!date\na!5!2025-06-01\n")

    with pytest.raises(DataError, match=r"the header is one column, .* name it: --separator !"):
        collect([path])
    with pytest.raises(DataError) as refused:
        collect([path], ReadOptions(separator=";"))
    assert "--separator !" not in str(refused.value)


def test_columns_without_headers_have_numbers_from_one() -> None:
    assert number_headers([*"abc"]) == ["1", "2", "3"]
