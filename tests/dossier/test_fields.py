"""The table of fields is that of the data."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING

import polars as pl
import pytest

from rfm_engine.dossier.fields import TYPES, kind_of, make_schema
from tests.terminal import read_rows

if TYPE_CHECKING:
    from pathlib import Path


def test_the_table_of_fields_is_that_of_the_data(package: Path) -> None:
    rows, fields = read_rows(package / "数据.csv"), read_rows(package / "字段说明.csv")

    assert [field["字段名称"] for field in fields] == [*rows[0]]
    assert all(field["含义"] and field["来源或计算规则"] for field in fields)
    by_name = {field["英文名称"]: field for field in fields}
    days = [int(row["距统计时间天数"]) for row in rows]
    assert (by_name["recency_days"]["最小值"], by_name["recency_days"]["最大值"]) == (str(min(days)), str(max(days)))
    assert by_name["recency_days"]["不同值数"] == f"{len({*days}):,}"
    assert by_name["customer_id"]["最小值"] == ""


DATA = pl.DataFrame(
    {
        "customer_id": ["a", "b"],
        "last_store_code": ["s", None],
        "frequency": [1, 2],
        "monetary": [Decimal("1.50"), Decimal("2.00")],
        "as_of": [date(2025, 7, 1)] * 2,
        "last_order_time": [datetime(2025, 7, 1), None],
    }
)


def test_a_field_is_required_where_none_of_its_values_is_lacking() -> None:
    fields = make_schema(DATA, [f"<{name}>" for name in DATA.columns])["fields"]

    assert [(field["name"], field["title"]) for field in fields] == [(f"<{name}>", name) for name in DATA.columns]
    assert [field["title"] for field in fields if field.get("constraints") == {"required": True}] == [
        "customer_id",
        "frequency",
        "monetary",
        "as_of",
    ]
    assert {field["title"]: field.get("format") for field in fields if "format" in field} == {"last_order_time": "any"}


@pytest.mark.parametrize(
    ("column", "kind"),
    [
        ("customer_id", "text"),
        ("frequency", "whole"),
        ("monetary", "number"),
        ("as_of", "date"),
        ("last_order_time", "time"),
    ],
)
def test_a_column_has_the_kind_of_its_values(column: str, kind: str) -> None:
    assert kind_of(DATA.schema[column]) == kind
    assert kind in TYPES
