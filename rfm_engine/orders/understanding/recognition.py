"""Which order source a file is of, and which of its headers the user's map and the source name."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import polars as pl

from rfm_engine.columns import CUSTOMER_ID, ORDER_AMOUNT, ORDER_TIME, UNIT_PRICE, fold_header
from rfm_engine.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from rfm_engine.order_source import OrderSource
    from rfm_engine.orders.readers.table import RawTable

UTC_HEADER = "(utc)"
"""Ends a header of times that are in UTC though they have no offset."""


def recognize_source(
    headers: Sequence[str], sources: Sequence[OrderSource], columns: Mapping[str, str], *, is_given: bool
) -> OrderSource | None:
    """Return the source whose whole signature is among the headers; the one that is given in any case.

    Where a user maps by hand who bought, how much and when, nothing is recognised.
    """
    if is_given:
        return sources[0] if sources else None
    if {CUSTOMER_ID, ORDER_TIME} <= {*columns} and {ORDER_AMOUNT, UNIT_PRICE} & {*columns}:
        return None
    folded = {fold_header(header) for header in headers}
    fits = [source for source in sources if {fold_header(header) for header in source.signature} <= folded]
    return max(fits, key=lambda source: len(source.signature), default=None)


def refuse_other_export(raw: RawTable, source: OrderSource) -> None:
    """Check that a file has what the given source says of customers, amounts and times.

    Raises:
        DataError: It lacks headers of the source, and no others are mapped in their place.
    """
    here, given = {fold_header(header) for header in raw.headers}, raw.files[0].options.columns
    needed = [name for name in (CUSTOMER_ID, ORDER_AMOUNT, UNIT_PRICE, ORDER_TIME) if name in source.columns]
    lacking = [name for name in needed if name not in given and fold_header(source.columns[name]) not in here]
    if lacking:
        listed = ", ".join(repr(source.columns[name]) for name in lacking)
        message = f"{raw.where}: no export of {source.title}: it lacks {listed}; give --source none, or map "
        message += " ".join(f"--column {name}=HEADER" for name in lacking)
        raise DataError(message)


def map_columns(
    headers: Sequence[str], source: OrderSource | None, columns: Mapping[str, str], everywhere: Collection[str]
) -> dict[str, str]:
    """Return the headers that hold columns by the source's map and by the user's, which wins.

    A header of the user's map that this file lacks and another one has says nothing about this file. `everywhere` are
    the folded headers of all files.
    """
    here = {fold_header(header) for header in headers}
    known = {} if source is None else {name: one for name, one in source.columns.items() if fold_header(one) in here}
    elsewhere = {
        name for name, one in columns.items() if fold_header(one) in everywhere and fold_header(one) not in here
    }
    return known | {name: header for name, header in columns.items() if name not in elsewhere}


def apply_source(table: RawTable, source: OrderSource | None, everywhere: Collection[str]) -> RawTable:
    """Return the table with the options of its files as the source completes them."""
    options = table.files[0].options
    changes: dict[str, object] = {"columns": map_columns(table.headers, source, options.columns, everywhere)}
    if source is not None:
        given = options.model_fields_set
        changes |= {"unit": source.unit} if "unit" not in given else {}
        is_own_time = ORDER_TIME not in options.columns and "order_time_format" not in given
        changes |= {"order_time_format": source.time_format} if is_own_time else {}
        changes |= {"currency": source.currency} if options.currency is None else {}
    complete = options.model_copy(update=changes)
    return replace(table, files=tuple(replace(file, options=complete) for file in table.files))


def state_utc(table: RawTable, found: Mapping[str, str], source: OrderSource | None) -> RawTable:
    """Return the table with the offset Z behind times that are in UTC by their source or their header.

    Raises:
        DataError: There are some, and no time zone to count days in.
    """
    header = found[ORDER_TIME]
    if not (source is not None and source.times == "utc") and not header.strip().casefold().endswith(UTC_HEADER):
        return table
    options = table.files[0].options
    if options.time_zone is None:
        message = (
            f"{table.where}: times in {header!r} are in UTC; state the time zone to count days in, "
            "for example --time-zone Asia/Shanghai"
        )
        raise DataError(message)
    column = table.columns[table.headers.index(header)]
    if table.frame.collect_schema()[column] != pl.String:
        return table
    time = pl.col(column).str.strip_chars()
    is_bare = time.str.contains(r":[0-9]{2}(?:\.[0-9]+)?$")
    in_utc = pl.when(is_bare).then(pl.concat_str(time, pl.lit("Z"))).otherwise(pl.col(column))
    return replace(table, frame=table.frame.with_columns(in_utc.alias(column)))
