"""The formats of the customers file: one function each, and the table of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal, NamedTuple, Protocol

import polars as pl

from rfm_engine.output.csv_injection import escape_formulas
from rfm_engine.output.excel import write_workbook
from rfm_engine.output.own_decimals import money_headers, spell_money
from rfm_engine.output.translation import Language, translate_customers
from rfm_engine.vocabulary.currencies import SEVERAL

if TYPE_CHECKING:
    from datetime import date
    from pathlib import Path

Format = Literal["csv", "parquet", "xlsx", "ndjson"]
TIMES: Final = "%Y-%m-%d %H:%M:%S%.f"
ROW_GROUP: Final = 100_000
"""Customers in a row group of Parquet; left to Polars it depends on the number of threads."""

ZSTD_LEVEL: Final = 1
"""2 million customers in 0.34 s and 50 MB; Polars' default level 3 takes 0.43 s and saves 1 %."""

FEW_ROWS: Final = 200
"""Customers up to whom Snappy packs a file: a file of 40 takes a fifth less time and is 4 % larger."""


class Style(NamedTuple):
    """What files depend on besides the customers: language of headers, day of a workbook, currency of all lists."""

    language: Language
    created: date
    currency: str | None = None


class WriteFile(Protocol):
    """Writes customers, as published, to a file that is not there yet."""

    def __call__(self, customers: pl.LazyFrame, path: Path, style: Style, /) -> None:
        """Write the file."""


def translate(customers: pl.LazyFrame, style: Style, *, is_typed: bool = False) -> pl.LazyFrame:
    """Return customers as readers see them; money of several currencies is text, unless a column has one type."""
    spelled = customers if is_typed else spell_money(customers, style.currency)
    return translate_customers(spelled, style.language, style.currency)


def escape_table(frame: pl.DataFrame, language: str, currency: str | None = None) -> pl.DataFrame:
    """Return a frame with its formulas escaped, but numbers as they are; of several currencies, money is text."""
    return escape_formulas(frame, numbers_in=["value", "值", *text_moneys(language, currency)])


def text_moneys(language: str, currency: str | None) -> list[str]:
    """Return the columns of money that is text, for it is of several currencies."""
    return money_headers(language) if currency == SEVERAL else []


def write_csv(frame: pl.DataFrame, path: Path, language: str, currency: str | None = None) -> None:
    """Write a frame as CSV with its formulas escaped; with a byte order mark where spreadsheets need one to read it.

    Where it is of several currencies, the money in it is text already.
    """
    if frame.is_empty():  # no rejects: Polars takes 0.5 ms to write their headers
        path.write_text(",".join(frame.columns) + "\n", "utf-8-sig" if language == "zh" else "utf-8", newline="\n")
        return
    escape_table(frame, language, currency).write_csv(path, include_bom=language == "zh", datetime_format=TIMES)


def _write_csv(customers: pl.LazyFrame, path: Path, style: Style) -> None:
    write_csv(translate(customers, style).collect(), path, style.language, style.currency)


def _write_parquet(customers: pl.LazyFrame, path: Path, style: Style) -> None:
    typed, rows = translate(customers, style, is_typed=True), customers.select(pl.len()).collect().item()
    sink_parquet(typed, path, rows).collect()


def sink_parquet(typed: pl.LazyFrame, path: str | Path, rows: int) -> pl.LazyFrame:
    """Return what writes so many rows; of one group without statistics, for which they would be a fifth of the file."""
    return typed.sink_parquet(
        path,
        compression="snappy" if rows <= FEW_ROWS else "zstd",
        compression_level=None if rows <= FEW_ROWS else ZSTD_LEVEL,
        row_group_size=ROW_GROUP,
        statistics=rows > ROW_GROUP,
        lazy=True,
    )


def _write_ndjson(customers: pl.LazyFrame, path: Path, style: Style) -> None:
    translate(customers, style).sink_ndjson(path)


def _write_xlsx(customers: pl.LazyFrame, path: Path, style: Style) -> None:
    moneys = text_moneys(style.language, style.currency)
    write_workbook(translate(customers, style).collect(), path, style.created, moneys)


WRITERS: Final[dict[Format, WriteFile]] = {
    "csv": _write_csv,
    "parquet": _write_parquet,
    "ndjson": _write_ndjson,
    "xlsx": _write_xlsx,
}
