"""What each field of the data is: as a table for the form, and as a schema for machines."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import polars as pl

from rfm_engine.columns import (
    AS_OF,
    CUSTOMER_ID,
    FREQUENCY,
    LAST_ORDER_TIME,
    MONETARY,
    PRODUCT_NAME,
    RECENCY_DAYS,
    RFM_SCORE,
    SCORES,
    STORE_CODE,
    TIER,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rfm_engine.report.words import Words

TYPES: Final = {"text": "string", "number": "number", "whole": "integer", "date": "date", "time": "datetime"}
"""Our word for the type of a field, and that of a data package."""

UNITS: Final = {
    RECENCY_DAYS: "days",
    FREQUENCY: "orders",
    MONETARY: "yuan",
    **dict.fromkeys((*SCORES, RFM_SCORE), "points"),
}
EXPLAINED: Final = (
    *(CUSTOMER_ID, STORE_CODE, PRODUCT_NAME, LAST_ORDER_TIME, RECENCY_DAYS, FREQUENCY, MONETARY),
    *(*SCORES, RFM_SCORE, TIER, AS_OF),
)
IDS: Final = (CUSTOMER_ID, STORE_CODE)
"""Fields whose least and greatest value say nothing but who is there."""


def describe_fields(data: pl.DataFrame, words: Words) -> pl.DataFrame:
    """Return one row per field: its names, type, unit, meaning, rule, and the nulls, ends and number of its values."""
    heads = ("field", "english", "type", "unit", "meaning", "rule", "nulls", "least", "greatest", "distinct")
    rows = [dict(zip(heads, _describe(data[name], words), strict=True)) for name in data.columns]
    return pl.DataFrame(rows).rename({head: words(f"fields.{head}") for head in heads})


def _describe(column: pl.Series, words: Words) -> Iterator[str]:
    name = column.name
    explained = name if name in EXPLAINED else "list"
    yield words.column(name)
    yield name
    yield words(f"fields.{kind_of(column.dtype)}")
    yield words(f"fields.{UNITS[name]}") if name in UNITS else ""
    yield words(f"fields.{explained}.meaning")
    yield words(f"fields.{explained}.rule")
    yield words.number(column.null_count())
    yield from ("", "") if name in IDS else (_show(column.min()), _show(column.max()))
    yield words.number(column.n_unique())


def _show(value: object) -> str:
    return "" if value is None else str(value)


def kind_of(dtype: pl.DataType) -> str:
    """Return our word for the type of a column."""
    if dtype.is_decimal():
        return "number"
    if dtype.is_integer():
        return "whole"
    return {pl.Date: "date", pl.Datetime: "time"}.get(dtype.base_type(), "text")


def make_schema(data: pl.DataFrame, headers: list[str]) -> dict[str, Any]:
    """Return the schema of the data as a data package has it; the header of each field is its name."""
    fields = []
    for column, header in zip(data.iter_columns(), headers, strict=True):
        kind = TYPES[kind_of(column.dtype)]
        form = {"format": "any"} if kind == "datetime" else {}
        required = {"constraints": {"required": True}} if column.null_count() == 0 else {}
        fields.append({"name": header, "title": column.name, "type": kind, **form, **required})
    return {"fields": fields}
