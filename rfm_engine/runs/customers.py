"""The graded customers of a finished run, typed alike whatever the format and language of its files."""

from __future__ import annotations

import json
from functools import partial
from glob import escape
from typing import TYPE_CHECKING, Any, Final

import polars as pl

from rfm_engine.columns import (
    CONTACT_COLUMNS,
    CUSTOMER_ID,
    FREQUENCY,
    LAST_ORDER_TIME,
    MONETARY,
    MONETARY_FEN,
    ORDER_TIME,
    RECENCY_DAYS,
    RFM_SCORE,
    SCORES,
    TIER,
    published_columns,
)
from rfm_engine.errors import UsageError
from rfm_engine.grading.published import money_type
from rfm_engine.output.csv_injection import MARK, unescape_formulas
from rfm_engine.output.formats import TIMES
from rfm_engine.plugin_api.scores import TOTAL_PRECISION

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from rfm_engine.output.record import Record

COUNTS: Final = dict.fromkeys((RECENCY_DAYS, FREQUENCY), pl.Int64())
SMALL_NUMBERS: Final = dict.fromkeys((*SCORES, *CONTACT_COLUMNS[:3]), pl.Int32())
BLOCK: Final = 1 << 20
WHOLE_SECONDS: Final = "%Y-%m-%d %H:%M:%S"
MONEYS: Final = (MONETARY, "last_order_amount")


def scan_customers(folder: Path, record: Record) -> pl.LazyFrame:
    """Return the graded customers of all lists, sorted by list and customer_id.

    Raises:
        UsageError: As `scan_lists`.
    """
    lists = scan_lists(folder, record)
    return pl.concat(lists).sort(*record.lists_by, CUSTOMER_ID) if lists[1:] else lists[0]


def scan_lists(folder: Path, record: Record) -> list[pl.LazyFrame]:
    """Return the graded customers of each file, sorted by list and customer_id, from the first format that is there.

    Columns have their canonical names and are typed as in Parquet: money and totals are Decimal, `tier` is an Enum in
    the policy's order, text that the CSV file has behind an apostrophe is as it was. Only headers are read here,
    and whether a CSV file has an apostrophe at all.

    Raises:
        UsageError: No format has all of its files, or they are not what the run wrote.
    """
    schema = customers_schema(record)
    for form, scan in SCANS.items():
        names = [output.file for output in record.outputs if output.file.rpartition("/")[2] == f"customers.{form}"]
        paths = [folder / name for name in names]
        if paths and all(path.is_file() for path in paths):
            try:
                return [conform(scan(path, schema), record) for path in paths]
            except (pl.exceptions.PolarsError, OSError, ValueError) as error:
                message = f"{folder}: its customers.{form} cannot be read any more; run the dataset again"
                raise UsageError(message) from error
    message = f"{folder}: no customers file is left there; run the dataset again"
    raise UsageError(message)


def _focus(record: Record) -> pl.Expr:
    """Return the focus of each tier as the policy words it; files in Chinese translate that of built-in policies."""
    focus = pl.lit(None, pl.String)
    for tier in record.tier_table:  # `replace_strict` would hold all rows at once
        focus = pl.when(pl.col(TIER) == tier.name).then(pl.lit(tier.focus or None, pl.String)).otherwise(focus)
    return focus.alias("focus")


def customers_schema(record: Record) -> pl.Schema:
    """Return the columns of a run's customers, in the order of its files, and their types."""
    dropped = {f"last_{name}" for name in record.dataset.get("drop", ())}
    is_coarse = ORDER_TIME in record.dataset.get("generalize", ())
    types: dict[str, pl.DataType] = {
        **COUNTS,
        **SMALL_NUMBERS,
        **dict.fromkeys(MONEYS, money_type(record.currency, record.decimals)),
        RFM_SCORE: pl.Decimal(TOTAL_PRECISION, record.weights.decimals),
        TIER: pl.Enum([tier.name for tier in record.tier_table]),
        "next_contact_by": pl.Date(),
        LAST_ORDER_TIME: pl.Date() if is_coarse else pl.Datetime("us"),
        **dict.fromkeys(record.lists_by, pl.String()),
    }
    names = published_columns(record.lists_by, record.dataset["by"], record.dataset.get("carry", ()))
    return pl.Schema({name: types.get(name, pl.String()) for name in names if name not in dropped})


def count_money(record: Record) -> pl.Expr:
    """Return the spend of customers in the whole numbers that are scored (Int64): fen, or what the currency has."""
    money = pl.col(MONETARY).cast(pl.Decimal(38, record.decimals))
    return money.to_physical().cast(pl.Int64).alias(MONETARY_FEN)


def conform(customers: pl.LazyFrame, record: Record) -> pl.LazyFrame:
    """Return a run's customers under any headers with its schema, and the focus of each tier as the policy words it."""
    pairs = zip(customers.collect_schema().items(), customers_schema(record).items(), strict=True)
    typed = (_as_type(pl.col(header), have, want).alias(name) for (header, have), (name, want) in pairs)
    return customers.select(typed).with_columns(_focus(record))


def _as_type(column: pl.Expr, have: pl.DataType, want: pl.DataType) -> pl.Expr:
    if have == pl.String and want == pl.Date:
        return column.str.to_date("%Y-%m-%d")
    if have == pl.String and isinstance(want, pl.Datetime):
        return _parse_times(column)
    return column if have == want else column.cast(want)


def _parse_times(text: pl.Expr) -> pl.Expr:
    """Return times; those of whole seconds, most are, by the form that takes Polars a fifth of the time."""
    is_whole = text.str.len_bytes() == len("2025-07-01 00:00:00")
    whole = pl.when(is_whole).then(text).str.to_datetime(WHOLE_SECONDS, time_unit="us", cache=False)
    return whole.fill_null(pl.when(~is_whole).then(text).str.to_datetime(TIMES, time_unit="us"))


def _scan_parquet(path: Path, _: pl.Schema) -> pl.LazyFrame:
    return pl.scan_parquet(path, glob=False)


def _scan_csv(path: Path, schema: pl.Schema) -> pl.LazyFrame:
    """Return a file's columns, numbers as such: as text first they take half as long again."""
    headers = pl.scan_csv(path, infer_schema=False, glob=False).collect_schema()
    columns = zip(headers, schema.dtypes(), strict=True)
    numbers = {header: dtype for header, dtype in columns if dtype.is_numeric()}
    customers = pl.scan_csv(path, infer_schema=False, schema_overrides=numbers, glob=False)
    return unescape_formulas(customers) if _has_mark(path) else customers


def _has_mark(path: Path) -> bool:
    """Return whether a file holds an apostrophe; without one no cell is looked at for escaped text."""
    mark = MARK.encode()  # of one byte: no block ends within it
    with path.open("rb") as file:
        return any(mark in block for block in iter(partial(file.read, BLOCK), b""))


def _scan_ndjson(path: Path, schema: pl.Schema) -> pl.LazyFrame:
    with path.open("rb") as file:
        headers = json.loads(file.readline())
    types = (dtype if dtype.is_integer() else pl.String() for dtype in schema.dtypes())
    return pl.scan_ndjson(escape(str(path)), schema=dict(zip(headers, types, strict=True)))


def _scan_xlsx(path: Path, schema: pl.Schema) -> pl.LazyFrame:
    import fastexcel  # noqa: PLC0415 only xlsx needs it

    cells: dict[int | str, Any] = {position: _cell(dtype) for position, dtype in enumerate(schema.dtypes())}
    return fastexcel.read_excel(path).load_sheet(0, dtypes=cells).to_polars().lazy()


def _cell(dtype: pl.DataType) -> str:
    """Return fastexcel's word for what the workbook has in a column of this type."""
    if dtype.is_decimal():
        return "float"
    if dtype.is_integer():
        return "int"
    return {pl.Date: "date", pl.Datetime: "datetime"}.get(dtype.base_type(), "string")


SCANS: Final[dict[str, Callable[[Path, pl.Schema], pl.LazyFrame]]] = {
    "parquet": _scan_parquet,
    "csv": _scan_csv,
    "ndjson": _scan_ndjson,
    "xlsx": _scan_xlsx,
}
