"""Money of several currencies is counted alike in each partition, and shared when all of them are known."""

from __future__ import annotations

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from rfm_engine.partition.money import count_in_own_units, count_in_shared_units

OWN = pl.LazyFrame({"currency": ["JPY", "EUR", "KWD"], "monetary_fen": [1_200_00, 12_34, 1_500_125]})


@pytest.mark.parametrize(("decimals", "factors"), [(3, (10, 10, 1)), (4, (100, 100, 10))])
def test_money_with_more_decimals_comes_down_to_those_of_its_currency(
    decimals: int, factors: tuple[int, int, int]
) -> None:
    shared = OWN.with_columns(pl.col("monetary_fen") * pl.Series(factors))

    assert_frame_equal(count_in_own_units(shared, decimals).collect(), OWN.collect())


def test_money_is_shared_with_the_decimals_of_the_currency_that_has_the_most() -> None:
    assert count_in_shared_units(OWN).collect()["monetary_fen"].to_list() == [1_200_000, 12_340, 1_500_125]
    assert_frame_equal(count_in_shared_units(OWN.head(2)).collect(), OWN.head(2).collect())


def test_the_amount_of_the_last_order_is_money_too_and_no_other_column() -> None:
    frame = OWN.with_columns(last_order_amount_fen=pl.col("monetary_fen"), frequency=pl.lit(7))

    found = count_in_shared_units(frame).collect()

    assert found["last_order_amount_fen"].to_list() == found["monetary_fen"].to_list()
    assert found["frequency"].to_list() == [7, 7, 7]
