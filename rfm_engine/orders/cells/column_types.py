"""Types of columns whose values no cell of an order has: lists, durations, objects, bytes that are no text."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from rfm_engine.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping


def refuse_unreadable_types(schema: Mapping[str, pl.DataType], columns: Mapping[str, str], where: str) -> None:
    """Refuse columns of a type that is neither text nor number nor time. `columns` maps canonical names to columns.

    Raises:
        DataError: There are some; it names all of them with their types.

    >>> refuse_unreadable_types({"buyer": pl.List(pl.Int64())}, {"customer_id": "buyer"}, "orders")
    Traceback (most recent call last):
    rfm_engine.errors.DataError: orders: columns with several values in a cell cannot be read: \
buyer (List(Int64)); map others, --column customer_id=HEADER
    """
    types = {name: schema[column] for name, column in columns.items()}
    nested = {name for name, dtype in types.items() if dtype.is_nested()}
    odd = {name for name, dtype in types.items() if isinstance(dtype, pl.Duration | pl.Object)}
    faults = {"with several values in a cell": nested, "of durations or objects": odd}
    lines = [_describe(what, names, types, columns) for what, names in faults.items() if names]
    if lines:
        others = " ".join(f"--column {name}=HEADER" for name in types if name in nested | odd)
        message = f"{where}: {'; '.join(lines)}; map others, {others}"
        raise DataError(message)


def _describe(what: str, names: set[str], types: Mapping[str, pl.DataType], columns: Mapping[str, str]) -> str:
    shown = ", ".join(f"{columns[name]} ({types[name]})" for name in types if name in names)
    return f"columns {what} cannot be read: {shown}"


def refuse_undecodable_bytes(raw: pl.LazyFrame, columns: Mapping[str, str], where: str) -> None:
    """Refuse columns of bytes that are not UTF-8; they are read once, where there are any.

    Raises:
        DataError: There are some; it names the columns.
    """
    found = list(dict.fromkeys(_undecodable(raw, columns.values())))
    if found:
        message = (
            f"{where}: columns of bytes that are not UTF-8 cannot be read: {', '.join(found)}; export them as text"
        )
        raise DataError(message)


def _undecodable(raw: pl.LazyFrame, columns: Iterable[str]) -> Iterator[str]:
    schema = raw.collect_schema()
    for name in columns:
        if schema[name] == pl.Binary and not _is_text(raw, name):
            yield name


def _is_text(raw: pl.LazyFrame, name: str) -> bool:
    try:
        raw.select(pl.col(name).cast(pl.String).null_count()).collect(engine="streaming")
    except pl.exceptions.ComputeError as error:
        if "invalid utf8" in str(error):
            return False
        raise
    return True


def are_whole(dtype: pl.DataType, fen_per_unit: int) -> bool:
    """Return whether no amount of a type can have a part of a fen."""
    return dtype.is_integer() or (isinstance(dtype, pl.Decimal) and 10**dtype.scale <= fen_per_unit)
