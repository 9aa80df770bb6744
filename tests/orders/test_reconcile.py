"""The ledger by itself, and what it refuses."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import polars as pl
import pytest

from rfm_engine.errors import DataError
from rfm_engine.orders.ledger import Ledger
from rfm_engine.orders.rejects import conflicts
from tests.engine import run_files
from tests.orders.rows import orders_of

if TYPE_CHECKING:
    from pathlib import Path


def test_conflicting_rows_are_reported_with_their_order_ids() -> None:
    orders = orders_of({"order_id": "1"}, {"order_id": "2"}, {"order_id": "1"})

    result = conflicts(orders, pl.col("order_id") == "1", {"order_id": "订单号"}).collect()
    plain = conflicts(orders, pl.col("order_id") == "2", {}).collect()

    assert result.rows() == [("a.csv", row, "订单号", "1", "conflicting") for row in (2, 4)]
    assert plain.rows() == [("a.csv", 3, "order_id", "2", "conflicting")]
    assert result.columns == plain.columns == ["file", "row", "column", "value", "reason"]


OUTCOMES: dict[str, Any] = {
    "used": 1_000,
    "outside_window": 2,
    "other_status": 3,
    "other_region": 4,
    "duplicates": 5,
    "rejected": {"a: missing": 6, "b: odd": 7},
    "left_out": {},
}
WARNINGS: dict[str, Any] = {
    "rounded": 8,
    "repeats_without_order_id": 9,
    "customers_without_order": 10,
    "customers_before_window": 11,
}


def test_an_export_of_order_lines_is_refused_as_one(tmp_path: Path) -> None:
    rows = [(f"c{n // 2}", f"o{n // 2}", f"{n}", "2025-06-01") for n in range(2, 52)]
    path = tmp_path / "orders.parquet"
    pl.DataFrame(rows, ("customer_id", "order_id", "order_amount", "order_time"), orient="row").write_parquet(path)

    with pytest.raises(DataError, match=r"50 of 50 rows .* --grain line"):
        run_files(tmp_path, [path], {"as_of": date(2025, 7, 1)})


@pytest.mark.parametrize("outcome", OUTCOMES)
def test_a_ledger_in_which_a_row_is_lost_is_refused(outcome: str) -> None:
    counted = OUTCOMES[outcome]
    one_more = {outcome: counted | {"a: missing": 7 if counted else 1} if isinstance(counted, dict) else counted + 1}

    with pytest.raises(DataError, match="1027 rows were read but 1028 accounted for"):
        Ledger(read=1_027, **OUTCOMES | one_more)


def test_a_ledger_shows_every_term_of_its_sum() -> None:
    ledger = Ledger(read=1_027, **OUTCOMES, **WARNINGS, unmatched=("one",))

    assert str(ledger) == (
        "1,027 rows read = 1,000 used + 2 outside window + 3 other status + 4 other region + 5 duplicates"
        " + 6 rejected (a: missing) + 7 rejected (b: odd)"
    )
    assert str(Ledger(read=1, used=1)) == "1 row read = 1 used"
    assert ledger.as_table() == {
        "read": 1_027,
        **OUTCOMES,
        "rejected": 13,
        "rejected_by_reason": OUTCOMES["rejected"],
    } | {"warnings": {**WARNINGS, "unmatched": ["one"]}}
