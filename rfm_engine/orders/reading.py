"""Order files of any format to one lazy frame of canonical, typed columns."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import partial
from typing import TYPE_CHECKING, Any, Final

import polars as pl

from rfm_engine.columns import (
    CURRENCY,
    LEFT_OUT,
    ORDER_AMOUNT,
    REFUND_OF,
    REFUNDED_FEN,
    fold_header,
)
from rfm_engine.orders.cells.amounts import REMAINDER
from rfm_engine.orders.files.paths import find_copies
from rfm_engine.orders.order_ids.order_sums import IN_MINOR_UNITS
from rfm_engine.orders.parsing import TEXTS, TYPED
from rfm_engine.orders.readers.formats import read_tables
from rfm_engine.orders.readers.table import SCAN_ROW
from rfm_engine.orders.staging import ROW
from rfm_engine.orders.understanding.understood_table import UnderstoodTable, understand

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import date

    from rfm_engine.findings import Finding
    from rfm_engine.order_source import OrderSource
    from rfm_engine.orders.files.order_file import OrderFile
    from rfm_engine.orders.readers.table import RawTable
    from rfm_engine.orders.understanding.interpretation import Interpretation

__all__ = ["SOURCE_FILE", "SOURCE_ROW", "Orders", "read"]
SOURCE_FILE: Final = "source_file"
SOURCE_ROW: Final = "source_row"


@dataclass(frozen=True, kw_only=True)
class Orders:
    """The orders of some files, and what was understood of each file.

    `frame` is one row per record of a file, typed by `parsing.parse_orders`, with `source_file` (the path as given) and
    `source_row` (the row that a person finds on opening the file: with a header that is row 1, else the first record
    is); where one scan reads everything also `row`, the number in the whole, from 0. Columns that a file lacks are
    null. `typed(fallback=False)` is the same without the forms that are tried last, `typed(with_remainder=True)` with
    what rounding took off the amounts; `typed(days=...)`, which has no `row`, may lack those of other days. `mapping`
    and `dtypes` say for each file which header holds a canonical column and what type it was read as, `unmapped` its
    other headers. `findings` are what the reading of the files found that a user may not expect. `copies` are
    files with the content of an earlier one. `sources` has the order source of each file,
    `interpretations` how its cells are read, `layouts` how text and workbooks are laid out, by key of a dataset. Unless
    `is_trimmed`, white space may stand around ids. `first_rows` has the `row` of each file's first row, where one scan
    of columnar files reads everything.
    """

    typed: Callable[..., pl.LazyFrame]
    files: tuple[OrderFile, ...]
    mapping: dict[str, dict[str, str]]
    dtypes: dict[str, dict[str, str]]
    unmapped: dict[str, tuple[str, ...]] = field(default_factory=dict)
    findings: tuple[Finding, ...] = ()
    copies: tuple[str, ...] = ()
    sources: Mapping[str, OrderSource | None] = field(default_factory=dict)
    interpretations: Mapping[str, Interpretation] = field(default_factory=dict)
    layouts: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    is_trimmed: bool = False
    first_rows: Mapping[str, int] = field(default_factory=dict)

    @property
    def source(self) -> OrderSource | None:
        """The order source that all files are of."""
        found = {source.name: source for source in self.sources.values() if source is not None}
        return next(iter(found.values())) if len(found) == 1 and None not in self.sources.values() else None

    @property
    def is_text(self) -> bool:
        """Whether the amounts of any file are text."""
        return any(dtypes.get(ORDER_AMOUNT, "String") == "String" for dtypes in self.dtypes.values())

    @property
    def has_currencies(self) -> bool:
        """Whether a column, or the amounts of a file, say in which currency they are."""
        return any(one.names_currencies for one in self.interpretations.values())

    @property
    def has_whole_amounts(self) -> bool:
        """Whether no amount of any file can have a part of a fen."""
        return all(one.has_whole_amounts for one in self.interpretations.values())

    @property
    def frame(self) -> pl.LazyFrame:
        """The orders, typed."""
        return self.typed(fallback=True)


def read(
    files: Sequence[OrderFile],
    extra: Sequence[str] = (),
    sources: Sequence[OrderSource] = (),
    *,
    is_source_given: bool = False,
) -> Orders:
    """Return the orders of the files, lazily; only headers and schemas are read now, but for workbooks.

    `extra` names further columns to bring along, as text, `sources` the order sources that may be recognised, or
    the one that is given. What Polars finds only while it collects the frame is explained by
    `diagnose`.

    Raises:
        DataError: A file whose header, schema or encoding cannot be used.
        UsageError: A file of no known format, a sheet that is not there.
    """
    tables = list(read_tables([replace(file, sources=tuple(sources)) for file in files]))
    everywhere = {fold_header(header) for table in tables for header in table.headers}
    understood = [understand(table, extra, everywhere, sources, is_source_given=is_source_given) for table in tables]
    by_file = {str(file.path): one for one in understood for file in one.table.files}
    return Orders(
        typed=partial(_concatenate, _parse_tables(understood), extra),
        files=tuple(files),
        mapping={path: one.found for path, one in by_file.items()},
        dtypes={path: one.dtypes for path, one in by_file.items()},
        unmapped={path: one.unmapped for path, one in by_file.items()},
        findings=tuple(finding for one in understood for finding in one.findings),
        copies=find_copies(files),
        sources={path: one.source for path, one in by_file.items()},
        interpretations={path: one.interpretation for path, one in by_file.items()},
        layouts={path: layout for one in understood for path, layout in one.layouts},
        is_trimmed=all(table.is_text for table in tables),
        first_rows=_find_first_rows(tables),
    )


def _find_first_rows(tables: Sequence[RawTable]) -> dict[str, int]:
    if len(tables) != 1 or tables[0].is_text:  # rows of text are numbered anew
        return {}
    return dict(zip((str(file.path) for file in tables[0].files), tables[0].first_rows, strict=False))


def _parse_tables(understood: Sequence[UnderstoodTable]) -> list[Callable[..., pl.LazyFrame]]:
    """Return what types the rows of each table, `typed(fallback=...)`.

    Where one names currencies, those of the others that are known to be yuan do so in a column too.
    """
    has_currency = any(one.interpretation.names_currencies for one in understood)
    parsers: list[Callable[..., pl.LazyFrame]] = []
    for table, one in ((one.table, one.interpretation) for one in understood):
        interpretation = replace(one, has_currency=has_currency and one.currency is not None)
        place = (table.file.alias(SOURCE_FILE), table.row.alias(SOURCE_ROW), pl.col(SCAN_ROW).alias(ROW))
        parsers.append(partial(interpretation.parse, place=place))
    return parsers


def _concatenate(
    tables: Sequence[Callable[..., pl.LazyFrame]],
    extra: Sequence[str],
    *,
    fallback: bool,
    with_remainder: bool = False,
    days: tuple[date, date] | None = None,
) -> pl.LazyFrame:
    """Return all rows in one frame, its columns in the order that `parsing.parse_orders` promises."""
    frames = [table(fallback=fallback, with_remainder=with_remainder, days=days) for table in tables]
    if len(frames) == 1:
        return frames[0] if days is None else frames[0].drop(ROW)
    whole = pl.concat(frames, how="diagonal")
    there = whole.collect_schema().names()
    exact = (REMAINDER, IN_MINOR_UNITS, REFUND_OF)
    fixed = (*TEXTS, *extra, CURRENCY, *TYPED, *exact, SOURCE_FILE, SOURCE_ROW, REFUNDED_FEN, LEFT_OUT)
    return whole.select(name for name in dict.fromkeys(fixed) if name in there)
