"""`score` takes any frame, and says what it refuses in the words of a Python caller."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import polars as pl
import pytest

import rfm_engine
from rfm_engine.config.dataset import Dataset
from rfm_engine.config.keywords import FrameRules, RunRules
from rfm_engine.errors import DataError, DatasetError

pd = pytest.importorskip("pandas")
ORDERS = {
    "customer_id": ["c1", "c1", "c2"],
    "order_id": ["o1", "o2", "o3"],
    "order_amount": ["99.90", "1500.20", "80.00"],
    "order_time": ["2025-06-28", "2025-05-01", "2024-12-24"],
    "region": ["north", "north", "south"],
}


def test_every_key_of_a_dataset_is_a_keyword() -> None:
    own = {"orders"}

    assert RunRules.__annotations__.keys() | own == Dataset.model_fields.keys()
    assert FrameRules.__annotations__.keys() < RunRules.__annotations__.keys()


@pytest.mark.parametrize(
    ("column", "values"),
    [("customer_id", [17850, "C2", 3]), ("order_amount", [5, "7.10", 8.5]), ("product_name", [1, "tent", b"x"])],
)
def test_a_pandas_column_of_mixed_types_is_named(column: str, values: list[Any]) -> None:
    orders = pd.DataFrame(ORDERS | {column: pd.Series(values, dtype=object)})

    with pytest.raises(DataError, match=f"^orders: the columns {column} hold values of mixed types; make each"):
        rfm_engine.score(orders, as_of="2025-07-01")


def test_a_missing_column_is_mapped_by_a_keyword() -> None:
    orders = pl.DataFrame(ORDERS).rename({"customer_id": "who"})

    with pytest.raises(DataError, match=r'map it, columns=\{"customer_id": "HEADER"\}'):
        rfm_engine.score(orders, as_of="2025-07-01")


def test_order_lines_are_settled_by_a_keyword_when_the_frame_is_collected() -> None:
    lines = pl.DataFrame(ORDERS | {"order_id": ["o1", "o1", "o1"], "customer_id": ["c"] * 3, "region": ["north"] * 3})

    with pytest.raises(DataError, match=r'looks like an export of order lines.* grain="line"'):
        rfm_engine.score(lines, as_of="2025-07-01").collect()


@pytest.mark.parametrize(
    ("rules", "message"),
    [
        ({"language": "fr"}, r"score\(language\): expected one of en, zh, got 'fr'"),
        ({"weights": ("a lot", 1, 1)}, r"score\(weights\[0\]\)|score\(weights"),
        ({"weights": "0.3,0.3,0.4"}, r"score\(weights"),
        ({"grains": "line"}, r"score\(grains\): grains: "),
        ({"as_of": "soon"}, r"score\(as_of\): as_of: expected a date"),
    ],
)
def test_a_rule_that_cannot_be_is_named(rules: dict[str, Any], message: str) -> None:
    with pytest.raises(DatasetError, match=message):
        rfm_engine.score(pl.DataFrame(ORDERS), **{"as_of": "2025-07-01"} | rules)


def test_one_column_that_splits_the_customers_needs_no_list() -> None:
    orders = pl.DataFrame(ORDERS)

    one = rfm_engine.score(orders, as_of="2025-07-01", by="region").collect()

    assert one.equals(rfm_engine.score(orders, as_of="2025-07-01", by=["region"]).collect())


def test_weights_may_be_floats_that_mean_what_they_print() -> None:
    graded = rfm_engine.score(pl.DataFrame(ORDERS), as_of="2025-07-01", weights=(0.1, 0.2, 0.7)).collect()

    assert graded["rfm_score"].to_list() == [Decimal("4.4"), Decimal("1.0")]
