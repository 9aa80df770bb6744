"""Each column has one name, one Chinese header, and headers that no other column has."""

from __future__ import annotations

from collections import Counter

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rfm_engine.columns import ALIASES, CHINESE, REGION, Metric, fold_header, known_headers, published_columns

LISTS = ((REGION,), (), ("store_code",), (REGION, "channel"))


def test_no_header_is_of_two_columns() -> None:
    headers = {name: {fold_header(one) for one in (name, CHINESE[name], *more)} for name, more in ALIASES.items()}

    counts = Counter(header for own in headers.values() for header in own)
    assert [header for header, count in counts.items() if count > 1] == []
    assert known_headers() == {header: name for name, own in headers.items() for header in own}


def test_no_chinese_header_is_of_two_columns_of_a_list() -> None:
    headers = [CHINESE[name] for name in published_columns((REGION, "store_code"), ()) if name in CHINESE]

    assert [header for header, count in Counter(headers).items() if count > 1] == []


@given(st.text())
def test_folding_a_header_again_changes_nothing(header: str) -> None:
    assert fold_header(f" {header.upper()} ") == fold_header(header.upper())
    assert fold_header(f"\ufeff{header}") == fold_header(header)


@pytest.mark.parametrize("header", ["Order_ID", "ＯＲＤＥＲ id", " order-id. ", "\ufefforder id", "orderId"])
def test_width_case_and_separators_of_a_header_count_for_nothing(header: str) -> None:
    assert known_headers()[fold_header(header)] == "order_id"


@pytest.mark.parametrize("by", LISTS)
def test_each_column_of_a_list_stands_there_once_and_what_splits_it_first(by: tuple[str, ...]) -> None:
    columns = published_columns(by, (REGION,), ("phone",))

    assert [name for name, count in Counter(columns).items() if count > 1] == []
    lead = by or (REGION,)
    assert tuple(columns[: len(lead)]) == lead
    assert ("last_region" in columns) == (REGION not in lead)
    assert columns[-1] == "phone"


def test_more_of_a_metric_is_worth_more_but_for_days() -> None:
    frame = pl.DataFrame({metric.column: [1, 5] for metric in Metric})

    worth = frame.select(metric.worth.alias(metric.letter) for metric in Metric)

    assert worth.to_dict(as_series=False) == {"R": [-1, -5], "F": [1, 5], "M": [1, 5]}
