"""Who is a customer: words for no one are rejected, ids are joined only on request, some customers are left out."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.terminal import read_rows, record_of, rfm, run

if TYPE_CHECKING:
    from pathlib import Path

HEADER = "customer_id,order_id,order_amount,order_time\n"


def write(folder: Path, *ids: str) -> Path:
    path = folder / "shop.csv"
    path.write_text(
        HEADER + "".join(f'"{who}",{n},{n + 1}.00,2025-06-0{1 + n}\n' for n, who in enumerate(ids)), "utf-8"
    )
    return path


def spends(folder: Path) -> dict[str, str]:
    return {row["customer_id"]: row["monetary"] for row in read_rows(folder / "customers.csv")}


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


@pytest.mark.parametrize(
    ("kind", "ids", "joined"),
    [
        ("case", ("Mia@lake.example", "mia@lake.example"), "mia@lake.example"),
        ("width", ("Ｍ７", "M7"), "M7"),
        ("invisible", ("m\u200b7", "m7"), "m7"),
        ("point-zero", ("4711.0", "4711"), "4711"),
        ("apostrophe", ("'4711", "4711"), "4711"),
        ("space", ("13 900", "13900"), "13900"),
        ("case,width", ("ｍ7", "M7"), "m7"),
    ],
)
def test_spellings_of_one_customer_are_joined_on_request_alone(
    tmp_path: Path, kind: str, ids: tuple[str, str], joined: str
) -> None:
    orders = write(tmp_path, *ids)

    assert len(spends(run(orders, tmp_path / "apart"))) == 2
    assert spends(run(orders, tmp_path / "out", "--same-id", kind)) == {joined: "3.00"}


def test_an_unknown_kind_of_sameness_is_refused_with_the_known_ones(tmp_path: Path) -> None:
    answer = rfm("run", "--orders", write(tmp_path, "a"), "--as-of", "2025-07-01", "--same-id", "colour")

    assert answer.code == 2
    assert "'case'" in answer.err


def test_a_customer_is_left_out_in_each_spelling_that_is_joined(tmp_path: Path) -> None:
    orders = write(tmp_path, "Mia@lake.example", "mia@lake.example", "lou@lake.example")

    folder = run(orders, tmp_path / "out", "--same-id", "case", "--exclude-customer", "MIA@lake.example")

    assert spends(folder) == {"lou@lake.example": "3.00"}
    assert record_of(folder)["ledger"]["left_out"] == {"excluded customers": 2}


def test_customers_to_exclude_of_whom_there_is_none_are_noted(tmp_path: Path) -> None:
    folder = run(write(tmp_path, "mia", "lou"), tmp_path / "out", "--exclude-customer", "mai")

    assert record_of(folder)["ledger"]["warnings"]["unmatched"] == ["no row is of a customer to exclude"]
