"""What partitions of the orders come to is what a run over all of them comes to, however many they are."""

from __future__ import annotations

import multiprocessing
from concurrent.futures import ProcessPoolExecutor
from typing import Any

import polars as pl
import pytest
from polars.testing import assert_frame_equal

import rfm_engine
from rfm_engine import partition
from tests.sql.nasty_orders import nasty_orders

ORDERS = nasty_orders(2_000)
WINDOW: dict[str, Any] = {"as_of": "2025-07-01", "since": "2020-01-01"}
RULES: list[dict[str, Any]] = [
    {"by": ["region"]},
    {"by": [], "grain": "line", "refunds": "net"},
    {"by": ["region", 'Store\'s "line"'], "grain": "line"},
    {"grain": "day", "keep_status": ["paid"]},
    {"order_ids_per": "store", "same_id": ["case", "invisible"], "by": []},
]
GRADED = ("by", "refunds")


@pytest.mark.parametrize("parts", [1, 2, 7, 16])
@pytest.mark.parametrize("rules", RULES, ids=str)
def test_partitions_add_up_to_the_whole(rules: dict[str, Any], parts: int) -> None:
    run = rfm_engine.run(ORDERS, **WINDOW, **rules)
    work = partition.of(**WINDOW, **rules)

    merged = partition.merge(work(part) for part in work.split(ORDERS, parts))

    graded = rfm_engine.grade(merged.customers, **WINDOW, **{key: rules[key] for key in GRADED if key in rules})
    assert_frame_equal(graded.collect(), run.customers().collect())
    assert sum(merged.ledger.values()) == ORDERS.height
    assert merged.ledger["used"] == run.ledger.used
    assert {name: rows for name, rows in merged.ledger.items() if ": " in name} == run.ledger.rejected
    reasons = pl.col("column", "value", "reason")
    assert_frame_equal(merged.rejects.select(reasons).sort(reasons), run.rejects.select(reasons).sort(reasons))


def test_a_pool_of_processes_gives_the_same_in_arrow() -> None:
    work = partition.of(**WINDOW)
    tables = [part.to_arrow() for part in work.split(ORDERS, 3)]

    with ProcessPoolExecutor(2, multiprocessing.get_context("spawn")) as pool:
        results = [result.to_arrow() for result in pool.map(work, tables)]

    expected = partition.merge([work(ORDERS)])
    assert_frame_equal(partition.merge(results).customers, expected.customers, check_row_order=False)
