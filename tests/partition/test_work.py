"""The work of a partition refuses what it cannot settle alone."""

from __future__ import annotations

from typing import Any

import polars as pl
import pytest

from rfm_engine import partition
from rfm_engine.errors import DataError, DatasetError
from tests.sql.nasty_orders import nasty_orders

ORDERS = nasty_orders(2_000)
WINDOW: dict[str, Any] = {"as_of": "2025-07-01", "since": "2020-01-01"}


def test_what_partitions_would_settle_each_for_itself_is_refused() -> None:
    with pytest.raises(DataError, match='order_time_format="ymd"; amounts are text: say how, amount_style="point"'):
        partition.of(**WINDOW)(ORDERS.cast(pl.String))


def test_rules_that_need_other_rows_are_refused() -> None:
    with pytest.raises(DatasetError, match=r"partition.of\(latest_export, order_total\)"):
        partition.of(**WINDOW, latest_export="wins", order_total="repeated")
