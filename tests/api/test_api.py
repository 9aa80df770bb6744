"""`score` takes any frame, and says what it refuses in the words of a Python caller."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

import polars as pl
import pytest

import rfm_engine
from rfm_engine.config.dataset import Dataset
from rfm_engine.config.keywords import OF_FILES, FrameRules, RunRules, in_python_words
from rfm_engine.errors import DataError, DatasetError

if TYPE_CHECKING:
    from pathlib import Path

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


def test_a_header_that_stands_twice_in_a_frame_is_named() -> None:
    orders = pd.DataFrame([["a", "b", "1", "5", "2025-06-01"]], columns=["customer_id", *list(ORDERS)[:4]])

    with pytest.raises(DataError, match=r"^orders: several columns have the header customer_id; rename all but one"):
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


def test_customers_that_a_file_lists_are_left_out_of_a_frame_too(tmp_path: Path) -> None:
    listed = tmp_path / "staff.txt"
    listed.write_text("c1\n", "utf-8")

    graded = rfm_engine.score(pl.DataFrame(ORDERS), as_of="2025-07-01", exclude=str(listed)).collect()

    assert graded["customer_id"].to_list() == ["c2"]
    with pytest.raises(DatasetError, match=r"^score\(exclude\): exclude: .*gone.txt cannot be read"):
        rfm_engine.score(pl.DataFrame(ORDERS), as_of="2025-07-01", exclude=str(tmp_path / "gone.txt"))


@pytest.mark.parametrize("key", OF_FILES)
def test_a_key_of_files_is_refused_for_a_frame_and_not_passed_over(key: str) -> None:
    texts = {"encoding": "gbk", "orders_format": "csv", "quote": "none"}
    values = texts | {"no_header": True, "skip_lines": 3, "gather": {"name": "spark"}}
    rules: dict[str, Any] = {key: values.get(key, ";"), "as_of": "2025-07-01"}

    with pytest.raises(DatasetError, match=rf"run\({key}\): for orders that are read from files; a frame has its rows"):
        rfm_engine.run(pl.DataFrame(ORDERS), **rules)


@pytest.mark.parametrize(
    ("printed", "words"),
    [
        ("leave --encoding out, or", "leave encoding= out, or"),
        ("name a file with --pseudonym-key-file, or", "name a file with key_file=, or"),
        ("map it with [columns] or --column region=HEADER", 'map it with columns={"region": "HEADER"}'),
        ("name a folder, or score plain files with --orders FILE", "name a folder, or give a frame of the orders"),
        ("score it by: rfm-engine run --orders a b.csv --as-of DATE", 'give a frame of them, run(frame, as_of="DATE")'),
    ],
)
def test_what_to_type_becomes_what_to_write(printed: str, words: str) -> None:
    assert in_python_words(printed) == words


def test_one_column_that_splits_the_customers_needs_no_list() -> None:
    orders = pl.DataFrame(ORDERS)

    one = rfm_engine.score(orders, as_of="2025-07-01", by="region").collect()

    assert one.equals(rfm_engine.score(orders, as_of="2025-07-01", by=["region"]).collect())


def test_weights_may_be_floats_that_mean_what_they_print() -> None:
    graded = rfm_engine.score(pl.DataFrame(ORDERS), as_of="2025-07-01", weights=(0.1, 0.2, 0.7)).collect()

    assert graded["rfm_score"].to_list() == [Decimal("4.4"), Decimal("1.0")]
