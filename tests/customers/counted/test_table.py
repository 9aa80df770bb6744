"""Customers that another system counted are graded like those of orders, or refused with every fault."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import polars as pl
import pytest
from polars.testing import assert_frame_equal

import rfm_engine
from rfm_engine.errors import DataError, DatasetError

if TYPE_CHECKING:
    from pathlib import Path

RULES: dict[str, Any] = {"as_of": "2025-07-01", "since": "2020-01-01"}
TABLE = pl.DataFrame(
    {
        "region": ["north", "north", "south"],
        "customer_id": ["c2", "c1", "c1"],
        "frequency": [1, 2, 3],
        "monetary": ["80", "1600.10", "350.00"],
        "last_order_time": ["2024-12-24", "2025-06-28 10:00:00", "2025-07-01"],
    }
)
INPUTS = ["customer_id", "frequency", "monetary", "last_order_time"]
LAST = ["last_order_id", "last_order_amount", "last_product_name", "last_store_code"]


@pytest.mark.parametrize("name", ["sichuan-hiking", "national-outdoor"])
@pytest.mark.parametrize("form", ["typed", "text", "fen and days"])
def test_the_customers_of_a_run_get_the_same_grades_again(name: str, form: str, bundled: Path) -> None:
    run = rfm_engine.open_run(bundled / name)
    customers = run.customers().collect()
    table = customers.select(*run.record.lists_by, *INPUTS, *LAST).sample(fraction=1, shuffle=True, seed=1)
    if form == "text":
        table = table.cast(pl.String)
    if form == "fen and days":
        fen = (pl.col("monetary") * 100).cast(pl.Int64).alias("monetary_fen")
        table = table.select(pl.all().exclude("monetary"), fen)

    keys = {key: run.record.dataset[key] for key in ("as_of", "since", "by", "weights", "refunds")}
    graded = rfm_engine.grade(table, **keys, scheme=run.rules.scheme, tiers=run.rules.tiers)

    assert graded.collect_schema() == customers.schema
    assert_frame_equal(graded.collect(), customers)


def test_ids_are_text_as_everywhere() -> None:
    floats = TABLE.with_columns(customer_id=pl.Series([17850.0, 17851.0, 17850.0]))

    graded = rfm_engine.grade(floats, **RULES).collect()

    assert graded["customer_id"].to_list() == ["17850", "17851", "17850"]


def test_days_alone_leave_the_last_order_time_null() -> None:
    days = TABLE.select(pl.all().exclude("last_order_time"), days=pl.Series([189, 3, 0]))

    graded = rfm_engine.grade(days, **RULES, columns={"recency_days": "days"}).collect()

    assert graded["recency_days"].to_list() == [3, 189, 0]
    assert graded["last_order_time"].null_count() == 3


def test_chinese_headers_are_recognised_and_a_missing_region_is_one_list() -> None:
    chinese = TABLE[:2].select(
        pl.col("customer_id").alias("客户编号"),
        pl.col("frequency").alias("历史购买总次数"),
        pl.col("monetary").alias("历史购买总金额(元)"),
        pl.col("last_order_time").alias("最近一次的下单时间"),
    )

    graded = rfm_engine.grade(chinese, **RULES).collect()

    assert graded["customer_id"].to_list() == ["c1", "c2"]
    assert graded["region"].null_count() == 2


FAULTY: dict[str, tuple[dict[str, Any], str]] = {
    "no customer": ({"customer_id": ["c2", " ", "c1"]}, "customer_id: 1 row with missing"),
    "no list": ({"region": ["north", None, "south"]}, "region: 1 row with missing, such as customer 'c1'"),
    "twice": ({"region": ["s"] * 3}, "customer_id: 2 rows with twice in a list, such as customer 'c1', 'c1'"),
    "no order": ({"frequency": [1, 0, 3]}, "frequency: 1 row with no whole number of 1 or more, such as customer 'c1'"),
    "half an order": ({"frequency": [1.0, 2.5, 3.0]}, "frequency: 1 row with no whole number"),
    "half a fen": ({"monetary": ["80", "1600.105", "1"]}, "monetary: 1 row with no amount with at most 2 decimals"),
    "noise": ({"monetary": [80.0, 179.04000000000002, 1.0]}, "monetary: 1 row with no amount with at most 2"),
    "words": ({"monetary": ["80", "much", "1"]}, "monetary: 1 row with no amount"),
    "no spend": ({"monetary": ["80", "0", "-1"]}, r"monetary: 2 rows with 0 or less \(refunds = 'net' allows it\)"),
    "the future": (
        {"last_order_time": ["2025-07-02", "2025-06-01", "2025-06-01"]},
        "last_order_time: 1 row with no day",
    ),
    "the past": ({"last_order_time": [date(2019, 12, 31)] * 3}, "3 rows with no day from 2020-01-01 to 2025-07-01"),
    "no time": ({"last_order_time": ["soon", "2025-06-01", None]}, "last_order_time: 2 rows with no day"),
    "last amount": ({"last_order_amount": ["1", "x", None]}, "last_order_amount: 1 row with no amount"),
}


@pytest.mark.parametrize(("change", "message"), FAULTY.values(), ids=FAULTY)
def test_a_row_that_cannot_be_used_is_refused_with_its_customer(change: dict[str, Any], message: str) -> None:
    faulty = TABLE.with_columns(pl.Series(name, values) for name, values in change.items())

    with pytest.raises(DataError, match=message):
        rfm_engine.grade(faulty, **RULES).collect()


def test_every_fault_is_listed_at_once() -> None:
    faulty = TABLE.with_columns(frequency=pl.lit(0), monetary=pl.lit("x"), last_order_time=pl.lit("2030-01-01"))

    with pytest.raises(DataError) as refusal:
        rfm_engine.grade(faulty, **RULES).collect()

    assert len(str(refusal.value).splitlines()) == 3


def test_sums_beyond_64_bits_are_refused() -> None:
    rich = pl.DataFrame(
        {
            "customer_id": [f"c{number}" for number in range(100)],
            "frequency": [1] * 100,
            "monetary_fen": [10**17] * 100,
            "recency_days": [0] * 100,
        }
    )

    with pytest.raises(DataError, match="the customers spent 10000000000000000000 fen in all, more than"):
        rfm_engine.grade(rich, as_of="2025-07-01").collect()


def test_a_time_with_a_zone_is_refused() -> None:
    zoned = TABLE.with_columns(last_order_time=pl.Series([datetime(2025, 6, 1)] * 3).dt.replace_time_zone("UTC"))

    with pytest.raises(DataError, match="last_order_time has the time zone UTC; make it a local time"):
        rfm_engine.grade(zoned, **RULES).collect()


def test_columns_that_are_not_there_are_named_with_the_keyword() -> None:
    with pytest.raises(DataError) as refusal:
        rfm_engine.grade(TABLE.select("customer_id", "region"), **RULES)

    for name in ("frequency", "monetary", "last_order_time"):
        assert f'columns={{"{name}": "HEADER"}}' in str(refusal.value)


def test_a_rule_that_cannot_be_is_refused_before_anything_is_read() -> None:
    with pytest.raises(DatasetError, match=r"grade\(since\): since"):
        rfm_engine.grade(TABLE, as_of="2025-07-01", since="2026-01-01")


def test_spend_of_refunds_alone_is_graded_where_refunds_are_netted() -> None:
    table = TABLE.with_columns(monetary=pl.Series(["0", "-5.50", "1"]))

    graded = rfm_engine.grade(table, **RULES, refunds="net").collect()

    assert graded["monetary"].to_list() == [Decimal("-5.50"), Decimal("0.00"), Decimal("1.00")]
