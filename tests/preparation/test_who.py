"""Who is a customer: words for no one are rejected, ids are joined only on request, some customers are left out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.preparation.ids import spends, write
from tests.terminal import read_rows, record_of, run

if TYPE_CHECKING:
    from pathlib import Path


def test_a_word_for_no_one_is_rejected_with_its_reason_and_counted(tmp_path: Path) -> None:
    folder = run(write(tmp_path, "Guest", "mia", "NULL", "访客"), tmp_path / "out")

    assert spends(folder) == {"mia": "2.00"}
    assert [row["reason"] for row in read_rows(folder / "rejects.csv")] == ["no customer"] * 3
    assert record_of(folder)["ledger"]["rejected_by_reason"] == {"customer_id: no customer": 3}


def test_a_further_word_is_no_customer_and_none_makes_the_listed_ones_customers(tmp_path: Path) -> None:
    orders = write(tmp_path, "till 4", "mia", "0")

    assert spends(run(orders, tmp_path / "out")) == {"mia": "2.00", "till 4": "1.00"}
    assert spends(run(orders, tmp_path / "out", "--nobody", "Till 4")) == {"mia": "2.00"}
    assert spends(run(orders, tmp_path / "out", "--nobody", "none")) == {"0": "3.00", "mia": "2.00", "till 4": "1.00"}


def test_customers_to_exclude_of_whom_there_is_none_are_noted(tmp_path: Path) -> None:
    folder = run(write(tmp_path, "mia", "lou"), tmp_path / "out", "--exclude-customer", "mai")

    assert record_of(folder)["ledger"]["warnings"]["unmatched"] == ["no row is of a customer to exclude"]
