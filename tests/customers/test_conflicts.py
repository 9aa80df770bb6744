"""Rows that share an order id and differ: what they differ in decides what the user is asked to type."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from rfm_engine.customers.conflicts import Conflicts, refuse_conflicts
from rfm_engine.errors import DataError
from rfm_engine.grading.policies import Abcd
from rfm_engine.grading.schemes import Thresholds
from rfm_engine.rules import Rules, Weights
from tests.terminal import AS_OF, done, read_rows, rfm

if TYPE_CHECKING:
    from pathlib import Path

RULES = Rules(as_of=date(2025, 7, 1), weights=Weights(*map(Decimal, (1, 1, 1))), scheme=Thresholds(), tiers=Abcd())
HEADER = "customer_id,order_id,order_amount,order_time"


@pytest.mark.parametrize(
    ("conflicting", "survived", "refused"),
    [
        *((0, 0, False), (0, 9, False), (1, 1, True), (3, 4, False), (19, 20, False), (20, 21, True)),
        *((20, 200, True), (20, 201, False), (21, 210, True), (21, 211, False)),
    ],
)
def test_order_lines_are_suspected_from_a_tenth_of_the_rows_on(
    conflicting: int, survived: int, *, refused: bool
) -> None:
    found = Conflicts(rows=conflicting, differences=("amount",), meaning="lines", sample="1")

    if refused:
        with pytest.raises(DataError, match=f"{conflicting} of {survived} rows share an order id"):
            refuse_conflicts(found, survived, RULES)
    else:
        refuse_conflicts(found, survived, RULES)


def write(folder: Path, name: str, head: str, lines: list[str]) -> Path:
    path = folder / name
    path.write_text("\n".join([head, *lines, ""]), "utf-8")
    return path


def spends(folder: Path) -> dict[str, tuple[str, str]]:
    rows = read_rows(folder / "customers.csv")
    return {row["customer_id"]: (row["frequency"], row["monetary"]) for row in rows}


def test_order_numbers_that_each_store_counts_are_asked_about_and_what_is_proposed_works(tmp_path: Path) -> None:
    lines = [f"p{n % 7},{n},2.00,2025-0{month}-11,shop{month}" for n in range(30) for month in (4, 5)]
    path = write(tmp_path, "tills.csv", f"{HEADER},store_code", lines)
    words = ("run", "--orders", path, *AS_OF, "--output", tmp_path / "out")

    answer = rfm(*words)

    assert answer.code == 1
    assert "60 of 60 rows" in answer.err
    assert "time, store" in answer.err
    done(*words, "--order-ids-per", "store")
    assert sum(int(times) for times, _ in spends(tmp_path / "out" / "tills").values()) == 60


@pytest.mark.parametrize(
    ("proposed", "spend"), [(("--order-total", "repeated"), "44.00"), (("--grain", "line"), "88.00")]
)
def test_an_amount_that_products_share_is_the_total_or_the_price_of_each(
    tmp_path: Path, proposed: tuple[str, str], spend: str
) -> None:
    lines = [f"p,{n},2.00,2025-06-11,{thing}" for n in range(22) for thing in ("oar", "net")]
    path = write(tmp_path, "till.csv", f"{HEADER},product_name", lines)
    words = ("run", "--orders", path, *AS_OF, "--output", tmp_path / "out")

    answer = rfm(*words)

    assert answer.code == 1
    assert " ".join(proposed) in answer.err
    done(*words, *proposed)
    assert spends(tmp_path / "out" / "till") == {"p": ("22", spend)}


def test_one_order_that_differs_between_exports_is_asked_about(tmp_path: Path) -> None:
    write(tmp_path, "may.csv", HEADER, ["p,1,9.00,2025-05-30", "q,2,1.00,2025-05-30"])
    write(tmp_path, "june.csv", HEADER, ["p,1,4.00,2025-05-30", "p,3,1.00,2025-06-30"])
    words = ("run", "--orders", tmp_path / "*.csv", "--name", "x", *AS_OF, "--output", tmp_path / "out")

    answer = rfm(*words)

    assert answer.code == 1
    assert "they differ in amount, file" in answer.err
    done(*words, "--latest-export", "wins")
    assert spends(tmp_path / "out" / "x") == {"p": ("2", "5.00"), "q": ("1", "1.00")}
    done(*words, "--latest-export", "rejected")
    assert spends(tmp_path / "out" / "x") == {"p": ("1", "1.00"), "q": ("1", "1.00")}


def test_order_ids_per_store_need_a_column_of_stores(tmp_path: Path) -> None:
    path = write(tmp_path, "o.csv", HEADER, ["p,1,9.00,2025-05-30"])

    answer = rfm("check", "--orders", path, *AS_OF, "--order-ids-per", "store")

    assert answer.code == 1
    assert "--column store_code=HEADER" in answer.err
