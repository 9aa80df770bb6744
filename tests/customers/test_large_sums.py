"""Sums beyond what 64 bits hold, or 18 digits of a file show, are refused in words; none wraps."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import polars as pl
import pytest

import rfm_engine
from rfm_engine.errors import DataError
from tests.engine import run_files

if TYPE_CHECKING:
    from pathlib import Path

MOST_YUAN = 99_999_999_999
"""The greatest amount that one row may have."""

ENOUGH = 100_001
"""So many of them are more than 18 digits of fen."""

ENOUGH_TO_WRAP = 1_844_675
"""So many of them are more than 2**64 fen: the sum of 64 bits is small again."""


def orders_of(count: int, amount: int = MOST_YUAN, **columns: object) -> pl.LazyFrame:
    rows = pl.LazyFrame({"order_id": pl.arange(count, eager=True)})
    added = {"customer_id": "whale", "order_time": date(2025, 6, 1), "region": "north", "order_amount": amount}
    return rows.with_columns(**{name: pl.lit(value) for name, value in (added | columns).items()})


@pytest.mark.parametrize(
    ("count", "amount", "rules"),
    [
        (ENOUGH, MOST_YUAN, {}),
        (ENOUGH_TO_WRAP, MOST_YUAN, {}),
        (ENOUGH, MOST_YUAN, {"refunds": "net"}),
        (ENOUGH, -MOST_YUAN, {"refunds": "net"}),
        (ENOUGH_TO_WRAP, MOST_YUAN, {"grain": "line"}),
        (ENOUGH, MOST_YUAN, {"grain": "day"}),
    ],
)
def test_sums_that_are_too_large_are_refused_with_list_and_customer(
    count: int, amount: int, rules: dict[str, Any]
) -> None:
    graded = rfm_engine.score(orders_of(count, amount), as_of="2025-07-01", **rules)

    with pytest.raises(DataError, match=r"10,000,000,000,000,000 yuan or more.*: region north, customer_id whale"):
        graded.collect()


def test_lines_of_one_order_are_added_beyond_64_bits() -> None:
    graded = rfm_engine.score(orders_of(ENOUGH_TO_WRAP, order_id="one"), as_of="2025-07-01", grain="line")

    with pytest.raises(DataError, match="customer_id whale, order_id one"):
        graded.collect()


def test_the_greatest_sum_that_18_digits_hold_is_exact() -> None:
    graded = rfm_engine.score(orders_of(ENOUGH - 1), as_of="2025-07-01").collect()

    assert [int(spend) for spend in graded["monetary"]] == [MOST_YUAN * (ENOUGH - 1)]


def test_totals_of_many_large_customers_are_exact(tmp_path: Path) -> None:
    parts = [orders_of(ENOUGH - 1, customer_id=f"c{number}") for number in range(2)]
    whole = pl.concat(parts).with_columns(order_id=pl.arange(2 * (ENOUGH - 1)))
    whole.sink_parquet(tmp_path / "orders.parquet")

    run = run_files(tmp_path, [tmp_path / "orders.parquet"], {"as_of": date(2025, 7, 1)})

    assert [int(spend) for spend in run.tiers["spend"]] == [2 * MOST_YUAN * (ENOUGH - 1)]


def test_a_private_dataset_shows_no_customer_in_the_message(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RFM_PSEUDONYM_KEY", "a key of 16 bytes or more")
    orders_of(ENOUGH).sink_parquet(tmp_path / "orders.parquet")

    with pytest.raises(DataError, match="yuan or more") as refused:
        run_files(tmp_path, [tmp_path / "orders.parquet"], {"as_of": date(2025, 7, 1), "pseudonymize": ["customer_id"]})

    assert "whale" not in str(refused.value)
