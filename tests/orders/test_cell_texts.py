"""The texts of amounts and times are kept where a reject may show them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import polars as pl
import pytest

from rfm_engine.orders.cell_texts import TEXTS, collect_usable, drop_parsed_text
from rfm_engine.orders.cells.amounts import REMAINDER

SOUND: dict[str, Any] = {"order_amount_fen": 500, "order_time": datetime(2025, 6, 1)}
CELLS = {"order_amount_text": "5", "order_time_text": "2025-06-01"}
SCHEMA: dict[str, Any] = {"order_amount_fen": pl.Int64, "order_time": pl.Datetime("us")}


def _orders(*rows: dict[str, Any], **more: Any) -> pl.LazyFrame:  # noqa: ANN401 cells of a further column
    return pl.LazyFrame([SOUND | CELLS | row | more for row in rows], schema_overrides=SCHEMA)


@pytest.mark.parametrize(
    ("row", "texts"),
    [
        ({}, (None, None)),
        ({"order_amount_fen": 0}, ("5", None)),
        ({"order_amount_fen": None}, ("5", None)),
        ({"order_time": None}, (None, "2025-06-01")),
    ],
)
def test_a_cell_that_can_be_used_loses_its_text(row: dict[str, Any], texts: tuple[str | None, str | None]) -> None:
    assert drop_parsed_text(_orders(row)).select(TEXTS).collect().row(0) == texts


@pytest.mark.parametrize("column", ["currency", REMAINDER])
def test_an_amount_that_is_not_settled_yet_keeps_its_text(column: str) -> None:
    orders = _orders({}, **{column: None})
    assert drop_parsed_text(orders).select(TEXTS).collect().row(0) == ("5", None)


@pytest.mark.parametrize("row", [{"order_amount_fen": -1}, {"order_time": None}])
def test_orders_are_held_without_texts_only_where_all_can_be_used(row: dict[str, Any]) -> None:
    held = collect_usable(_orders({}))
    assert held is not None
    assert held.select(TEXTS).row(0) == (None, None)
    assert collect_usable(_orders({}, row)) is None
    assert collect_usable(_orders({}, currency="CNY")) is None
