"""Keyword arguments are the keys of a dataset, and messages speak of them."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import polars as pl
import pytest

import rfm_engine
from rfm_engine.config.dataset import Dataset
from rfm_engine.config.keywords import OF_FILES, FrameRules, RunRules, in_python_words
from rfm_engine.errors import DatasetError
from tests.api.three_orders import ORDERS


def test_every_key_of_a_dataset_is_a_keyword() -> None:
    own = {"orders"}

    assert RunRules.__annotations__.keys() | own == Dataset.model_fields.keys()
    assert FrameRules.__annotations__.keys() < RunRules.__annotations__.keys()


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


@pytest.mark.parametrize("key", OF_FILES)
def test_a_key_of_files_is_refused_for_a_frame_and_not_passed_over(key: str) -> None:
    texts = {"encoding": "gbk", "orders_format": "csv", "quote": "none", "state_check": "digest"}
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
