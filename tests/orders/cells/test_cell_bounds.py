"""The bounds of what a cell may hold: right on them, and one step beyond."""

from __future__ import annotations

from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

import polars as pl
import pytest

import rfm_engine
from rfm_engine.orders.read_options import ReadOptions
from tests.orders.cells.definitions import parse

DAYS = (date(1000, 1, 1) - date(1970, 1, 1)).days, (date(9999, 12, 31) - date(1970, 1, 1)).days
PER_DAY = {"ms": 86_400_000, "us": 86_400_000_000}
ZONE = ReadOptions(time_zone="UTC")


def times_of(values: list[Any], dtype: pl.DataType, source: ReadOptions | None = None) -> pl.DataFrame:
    stored = pl.Series(values, dtype=pl.Int32 if dtype == pl.Date else pl.Int64).cast(dtype)
    return parse({"time": stored}, source).select("order_time", "order_time_text", "time_fault")


@pytest.mark.parametrize("zone", [None, "UTC"])
@pytest.mark.parametrize("unit", ["ms", "us"])
def test_typed_times_count_from_the_year_1000_through_9999(unit: Any, zone: str | None) -> None:  # noqa: ANN401
    first, last = DAYS[0] * PER_DAY[unit], (DAYS[1] + 1) * PER_DAY[unit] - 1

    result = times_of([first - 1, first, last, last + 1], pl.Datetime(unit, zone), ZONE)

    assert [None if one is None else one.year for one in result["order_time"]] == [None, 1000, 9999, None]
    assert result["time_fault"].to_list() == ["not a time", None, None, "not a time"]
    assert result["order_time_text"].to_list()[::3] == [str(first - 1), str(last + 1)]


def test_dates_count_from_the_year_1000_through_9999() -> None:
    result = times_of([DAYS[0] - 1, *DAYS, DAYS[1] + 1], pl.Date())

    assert result["order_time"].to_list() == [None, datetime(1000, 1, 1), datetime(9999, 12, 31), None]


def test_all_that_nanoseconds_can_hold_counts() -> None:
    result = times_of([-(2**63), 2**63 - 1], pl.Datetime("ns"))

    assert [one.year for one in result["order_time"]] == [1677, 2262]


def test_a_time_of_day_alone_is_no_order_time() -> None:
    result = parse({"time": [time(13, 4, 5)]}, time=pl.Time)

    assert result.schema["order_time"] == pl.Datetime("us")
    assert result.select("order_time", "time_fault").row(0) == (None, "not a time")


@pytest.mark.parametrize(
    ("form", "value", "expected"),
    [
        ("epoch_seconds", "-1", datetime(1969, 12, 31, 23, 59, 59)),
        ("epoch_seconds", "253402300799", datetime(9999, 12, 31, 23, 59, 59)),
        ("epoch_seconds", "253402300800", None),
        ("epoch_seconds", "soon", None),
        ("epoch_milliseconds", "-2000000000", datetime(1969, 12, 8, 20, 26, 40)),
        ("epoch_milliseconds", "253402300799999", datetime(9999, 12, 31, 23, 59, 59, 999_000)),
        ("epoch_milliseconds", "1.5", None),
        ("%d.%m.%Y", "31.12.2024", datetime(2024, 12, 31)),
        ("%d.%m.%Y", "31.11.2024", None),
        ("%d.%m.%Y", "2024-12-31", None),
        ("%Y-%m-%d %H:%M:%S%.9f", "2024-12-31 01:02:03.123456789", datetime(2024, 12, 31, 1, 2, 3, 123_456)),
    ],
)
def test_a_given_form_is_kept_to_the_letter(form: str, value: str, expected: datetime | None) -> None:
    result = parse({"time": [value, None]}, ReadOptions(order_time_format=form, time_zone="UTC"))

    assert result.schema["order_time"] == pl.Datetime("us")
    assert result["order_time"].to_list() == [expected, None]
    assert result["time_fault"].to_list() == [None if expected else "not a time", "missing"]


@pytest.mark.parametrize(
    ("amount", "fen", "rounded"),
    [
        ("99999999999.9949999999", 10**13 - 1, True),
        ("-99999999999.9949999999", 1 - 10**13, True),
        ("99999999999.9950000000", None, True),
        ("1234567890.1234567890", 123_456_789_012, True),
        ("0.0050000000", 1, True),
        ("-0.0050000000", -1, True),
        ("0.0049999999", 0, True),
        ("9007199254.7400000000", 900_719_925_474, False),
        ("0.0000000000", 0, False),
    ],
)
def test_a_decimal_of_many_places_is_rounded_half_away_from_zero_and_marked(
    amount: str, fen: int | None, *, rounded: bool
) -> None:
    result = parse({"amount": [Decimal(amount)]}, amount=pl.Decimal(38, 10))

    assert result.select("order_amount_fen", "order_amount_rounded").row(0) == (fen, rounded)


def test_empty_text_of_typed_lines_is_none_in_their_order() -> None:
    lines = pl.DataFrame(
        {
            "customer_id": ["c", "c"],
            "order_id": ["o", "o"],
            "store_code": ["", ""],
            "product_name": ["", ""],
            "order_amount": [100, 0],
            "order_time": [datetime(2025, 1, 1), datetime(2025, 1, 2)],
        }
    )

    graded = rfm_engine.score(lines, as_of="2025-07-01", by=(), grain="line", refunds="net").collect()

    shown = graded.select("last_order_time", "last_store_code", "last_product_name", "frequency")
    assert shown.row(0) == (datetime(2025, 1, 1), None, None, 1)


def test_lines_of_nothing_alone_are_no_order() -> None:
    lines = pl.DataFrame(
        {
            "customer_id": ["a", "b"],
            "order_id": ["o", "p"],
            "order_amount": [0, 1],
            "order_time": ["2025-01-01", "2025-01-01"],
        }
    )

    graded = rfm_engine.score(lines, as_of="2025-07-01", by=(), grain="line", refunds="net").collect()

    assert graded["customer_id"].to_list() == ["b"]
