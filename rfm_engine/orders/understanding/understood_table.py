"""One table of order files, understood: its order source, which header is what, and how its cells are read."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import polars as pl

from rfm_engine.columns import ORDER_AMOUNT, ORDER_TIME, UNIT_PRICE
from rfm_engine.orders.cells.column_types import refuse_unreadable_types
from rfm_engine.orders.parsing import EXTRA_FIELDS
from rfm_engine.orders.readers.header_line import match_table
from rfm_engine.orders.readers.workbook.order_cells import find_days, refuse_lost_cells, rewrite_cells
from rfm_engine.orders.readers.workbook.swapped_dates import find_swapped_dates
from rfm_engine.orders.understanding.interpretation import RawOrders, interpret
from rfm_engine.orders.understanding.recognition import apply_source, recognize_source, refuse_other_export, state_utc
from rfm_engine.orders.understanding.source_refunds import add_refunds
from rfm_engine.orders.understanding.unread_columns import find_unread_columns

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from rfm_engine.findings import Finding
    from rfm_engine.order_source import OrderSource
    from rfm_engine.orders.readers.table import RawTable
    from rfm_engine.orders.understanding.interpretation import Interpretation


@dataclass(frozen=True, kw_only=True)
class UnderstoodTable:
    """A table of order files and what was understood of it.

    `found` has the header of each canonical column, `dtypes` its type, `unmapped` are the headers that hold none.
    """

    table: RawTable
    found: dict[str, str]
    dtypes: dict[str, str]
    unmapped: tuple[str, ...]
    source: OrderSource | None
    interpretation: Interpretation
    findings: tuple[Finding, ...]

    @property
    def layouts(self) -> Iterable[tuple[str, Mapping[str, Any]]]:
        """How each file is laid out, by its path."""
        return zip((str(file.path) for file in self.table.files), self.table.readings, strict=False)


def understand(
    raw: RawTable,
    extra: Sequence[str],
    everywhere: set[str],
    sources: Sequence[OrderSource],
    *,
    is_source_given: bool,
) -> UnderstoodTable:
    """Return what a table's headers, types and cells mean; `everywhere` are the folded headers of all tables.

    Raises:
        DataError: Headers, types or cells that cannot be used.
    """
    source = recognize_source(raw.headers, sources, raw.files[0].options.columns, is_given=is_source_given)
    if is_source_given and source is not None:
        refuse_other_export(raw, source)
    sourced = apply_source(raw, source, everywhere)
    found = match_table(sourced, extra)
    table = state_utc(sourced, found, source)
    dtypes = _find_dtypes(table, found)
    interpretation = _interpret_table(table, found, source, is_as_read=table.frame is raw.frame)
    refuse_lost_cells(table, found, _frame_columns(table, found))
    unread = find_unread_columns(table, found, is_of_source=source is not None)
    time_column = _frame_columns(table, found)[ORDER_TIME]
    days = *find_days(table, time_column), *find_swapped_dates(table, time_column)
    return UnderstoodTable(
        table=table,
        found=found,
        dtypes=dtypes,
        unmapped=tuple(header for header in table.headers if header not in found.values()),
        source=source,
        interpretation=interpretation,
        findings=(*table.findings, *interpretation.findings, *days, *unread),
    )


def _frame_columns(table: RawTable, found: dict[str, str]) -> dict[str, str]:
    return {name: table.columns[table.headers.index(header)] for name, header in found.items()}


def _find_dtypes(table: RawTable, found: dict[str, str]) -> dict[str, str]:
    """Return the type of each canonical column.

    Raises:
        DataError: A column of a type that cannot be read.
    """
    dtypes_of = table.frame.collect_schema()
    schema = {name: dtypes_of[column] for name, column in _frame_columns(table, found).items()}
    refuse_unreadable_types({found[name]: dtype for name, dtype in schema.items()}, found, table.where)
    return {name: str(dtype) for name, dtype in schema.items()}


def _interpret_table(
    table: RawTable, found: dict[str, str], source: OrderSource | None, *, is_as_read: bool
) -> Interpretation:
    """Return how the cells of a table are read."""
    columns = _frame_columns(table, found)
    table = rewrite_cells(table, columns[ORDER_TIME], columns.get(ORDER_AMOUNT) or columns[UNIT_PRICE])
    frame, columns = add_refunds(table, source, columns)
    table = replace(table, frame=frame)
    raw = RawOrders(
        frame=_mark_extra_fields(table, columns[ORDER_TIME]),
        mapping=columns,
        where=table.where,
        headers=found,
        first=_first_cells(table, found) if table.separator and is_as_read else None,
        file=table.file if len(table.files) > 1 else None,
        is_text=table.is_text,
        is_excel=table.files[0].format == "excel",
        has_semicolons=table.separator == ";",
    )
    return interpret(raw, table.files[0].options)


def _first_cells(table: RawTable, found: dict[str, str]) -> dict[str, list[str]]:
    """Return the first cells of each column, as far as its rows have it."""
    places = {name: table.headers.index(header) for name, header in found.items()}
    return {name: [cells[place] for _, cells in table.later if len(cells) > place] for name, place in places.items()}


def _mark_extra_fields(table: RawTable, time_column: str) -> pl.LazyFrame:
    if table.has_extra_fields is None:
        return table.frame
    time = pl.col(time_column)
    marked = pl.concat_str(time.fill_null(""), pl.lit(EXTRA_FIELDS))
    return table.frame.with_columns(pl.when(table.has_extra_fields).then(marked).otherwise(time).alias(time_column))
