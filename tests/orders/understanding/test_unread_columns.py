"""Columns by which orders may count less are found by their headers and their cells, and by nothing else."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from rfm_engine.orders.files.order_file import OrderFile
from rfm_engine.orders.read_options import ReadOptions
from rfm_engine.orders.readers.table import SCAN_ROW, Scan, locate_rows
from rfm_engine.orders.understanding.unread_columns import find_unread_columns
from tests.review.oddities import HEADER, codes
from tests.terminal import AS_OF, done

NEEDED = {"customer_id": "who", "order_amount": "sum", "order_time": "when"}


def find(
    header: str,
    cells: list[str | None],
    *,
    found: dict[str, str] | None = None,
    columns: dict[str, str] | None = None,
    is_of_source: bool = False,
) -> list[tuple[str, str]]:
    """Return the code and the proposal of each finding about a further column."""
    options = ReadOptions(columns=columns or {})
    frame = pl.DataFrame({**{name: ["x"] * len(cells) for name in NEEDED.values()}, header: cells}).lazy()
    names = [*NEEDED.values(), header]
    scan = Scan(frame=frame.with_row_index(SCAN_ROW), headers=names, columns=names, first_row=2)
    table = locate_rows([OrderFile(path=Path("o.csv"), options=options)], scan)
    findings = find_unread_columns(table, found or NEEDED, is_of_source=is_of_source)
    return [(finding.code, finding.fix or "") for finding in findings]


@pytest.mark.parametrize("header", ["Refund Amount", "refunded_total", "退款金额", "实退"])
def test_a_column_of_refunds_is_found_and_how_to_read_it(header: str) -> None:
    ((code, fix),) = find(header, ["0", "5.00"])

    assert code == "RFM244"
    assert f"refunded_amount={header}" in fix
    assert "--column refunded_amount=none" in fix


def test_a_column_of_refunds_that_holds_none_is_no_finding() -> None:
    assert find("Refund Amount", ["0", "0.00", None, ""]) == []
    assert find("Refund Amount", ["5"], found=NEEDED | {"refunded_amount": "Refund Amount"}) == []
    assert find("Refund Amount", ["5"], columns={"refunded_amount": "none"}) == []


@pytest.mark.parametrize("header", ["Adjusted Total", "调整后金额"])
def test_a_column_of_amounts_after_refunds_is_found(header: str) -> None:
    ((code, fix),) = find(header, ["5.00"])

    assert (code, f"order_amount={header}" in fix) == ("RFM244", True)


def test_a_column_of_discounts_is_found_where_amounts_are_products() -> None:
    product = {"customer_id": "who", "quantity": "sum", "unit_price": "sum", "order_time": "when"}

    assert [code for code, _ in find("Discount", ["1.00"], found=product)] == ["RFM245"]
    assert find("Discount", ["1.00"]) == []


def test_other_kinds_of_rows_are_found_unless_a_source_says_what_rows_are() -> None:
    cells: list[str | None] = ["Sale", "Sale", "Refund"]

    found = find("Transaction Type", cells)

    assert len(found) == 1
    assert find("Transaction Type", cells, is_of_source=True) == []
    assert find("Transaction Type", ["Sale", "Sale"]) == []


@pytest.mark.parametrize("header", ["Product Type", "Colour", "note"])
def test_a_column_of_another_header_is_not_looked_at(header: str) -> None:
    assert find(header, ["Sale", "Refund", "5.00"]) == []


@pytest.mark.parametrize(
    ("state", "is_found"), [("Refunded", True), ("退款成功", True), ("not refunded", False), ("无", False)]
)
def test_a_state_after_the_sale_is_found_where_it_is_a_refund(state: str, is_found: bool) -> None:  # noqa: FBT001 a case
    assert bool(find("refund status", ["", state])) == is_found


def test_an_adjusted_amount_that_is_not_read_is_found_where_an_order_has_one(tmp_path: Path) -> None:
    path = tmp_path / "orders.csv"
    words = ("run", "--orders", path, *AS_OF, "--output", tmp_path / "out")
    path.write_text(f"{HEADER},Adjusted Order Total\np,1,9.00,2025-06-01,\nq,2,9.00,2025-06-01,0.00\n", "utf-8")

    assert codes(done(*words).out) == ["RFM244"]
    path.write_text(f"{HEADER},Adjusted Order Total\np,1,9.00,2025-06-01,\nq,2,9.00,2025-06-01,\n", "utf-8")
    assert codes(done(*words).out) == []
