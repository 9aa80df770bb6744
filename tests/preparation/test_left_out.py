"""Rows are left out with one reason, the first that is given."""

from __future__ import annotations

import polars as pl

from rfm_engine.columns import LEFT_OUT
from rfm_engine.preparation.left_out import leave_out

ORDERS = pl.LazyFrame({"row": pl.Series([0, 1, 2, 3], dtype=pl.UInt32), "customer_id": [*"abcd"]})


def rows_of(*rows: int) -> pl.DataFrame:
    return pl.DataFrame({"row": rows}, schema={"row": pl.UInt32})


def test_rows_are_marked_with_the_reason_and_keep_their_order() -> None:
    found = leave_out(ORDERS, rows_of(2, 0, 2), "copies of a file").collect()

    assert found.columns == ["row", "customer_id", LEFT_OUT]
    assert found["row"].to_list() == [0, 1, 2, 3]
    assert found[LEFT_OUT].to_list() == ["copies of a file", None, "copies of a file", None]


def test_a_reason_that_is_there_stays() -> None:
    first = leave_out(ORDERS, rows_of(1), "copies of a file")

    found = leave_out(first, rows_of(0, 1), "refunds of other rows").collect()

    assert found[LEFT_OUT].to_list() == ["refunds of other rows", "copies of a file", None, None]
