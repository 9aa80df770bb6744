"""The formats of the customers file: one function each, and the table of them."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Final, Literal, NamedTuple, Protocol

import polars as pl

from rfm_engine.output.csv_injection import escape_formulas
from rfm_engine.output.excel import write_workbook
from rfm_engine.output.own_decimals import money_headers, spell_money
from rfm_engine.output.translation import Language, translate_customers
from rfm_engine.vocabulary.currencies import SEVERAL

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import date
    from pathlib import Path

Format = Literal["csv", "parquet", "xlsx", "ndjson"]
TIMES: Final = "%Y-%m-%d %H:%M:%S%.f"
ROW_GROUP: Final = 100_000
"""Customers in a row group of Parquet; left to Polars it depends on the number of threads."""

ZSTD_LEVEL: Final = 1
"""2 million customers in 0.34 s and 50 MB; Polars' default level 3 takes 0.43 s and saves 1 %."""


AT_ONCE: Final = 100
"""Files that Polars writes at once: 5,000 of a few customers take 3.3 processor seconds, one by one 4.6."""


class Style(NamedTuple):
    """What files depend on besides the customers: language of headers, day of a workbook, currency of all lists."""

    language: Language
    created: date
    currency: str | None = None


class WriteFiles(Protocol):
    """Writes lists of customers, as published, to files that are not there yet."""

    def __call__(self, lists: Mapping[Path, pl.LazyFrame], style: Style, /) -> None:
        """Write the file of each list."""


def _write_csv(lists: Mapping[Path, pl.LazyFrame], style: Style) -> None:
    for path, customers in lists.items():
        write_csv(_translate(customers, style).collect(), path, style.language, style.currency)


def _translate(customers: pl.LazyFrame, style: Style, *, is_typed: bool = False) -> pl.LazyFrame:
    """Return customers as readers see them; money of several currencies is text, unless a column has one type."""
    spelled = customers if is_typed else spell_money(customers, style.currency)
    return translate_customers(spelled, style.language, style.currency)


def write_csv(frame: pl.DataFrame, path: Path, language: str, currency: str | None = None) -> None:
    """Write a frame as CSV with its formulas escaped; with a byte order mark where spreadsheets need one to read it.

    Where it is of several currencies, the money in it is text already.
    """
    if frame.is_empty():  # no rejects: Polars takes 0.5 ms to write their headers
        path.write_text(",".join(frame.columns) + "\n", "utf-8-sig" if language == "zh" else "utf-8", newline="\n")
        return
    moneys = money_headers(language) if currency == SEVERAL else ()
    escape_formulas(frame, numbers_in=["value", "值", *moneys]).write_csv(
        path, include_bom=language == "zh", datetime_format=TIMES
    )


def _write_parquet(lists: Mapping[Path, pl.LazyFrame], style: Style) -> None:
    _write_at_once(
        _translate(customers, style, is_typed=True).sink_parquet(
            path, row_group_size=ROW_GROUP, compression_level=ZSTD_LEVEL, lazy=True
        )
        for path, customers in lists.items()
    )


def _write_ndjson(lists: Mapping[Path, pl.LazyFrame], style: Style) -> None:
    _write_at_once(_translate(customers, style).sink_ndjson(path, lazy=True) for path, customers in lists.items())


def _write_at_once(files: Iterator[pl.LazyFrame]) -> None:
    """Write files; the engine changes no byte, and several small files take half as long by the one in memory."""
    while some := list(islice(files, AT_ONCE)):
        pl.collect_all(some, engine="in-memory" if some[1:] else "auto")


def _write_xlsx(lists: Mapping[Path, pl.LazyFrame], style: Style) -> None:
    moneys = money_headers(style.language) if style.currency == SEVERAL else ()
    for path, customers in lists.items():
        write_workbook(_translate(customers, style).collect(), path, style.created, moneys)


WRITERS: Final[dict[Format, WriteFiles]] = {
    "csv": _write_csv,
    "parquet": _write_parquet,
    "ndjson": _write_ndjson,
    "xlsx": _write_xlsx,
}
