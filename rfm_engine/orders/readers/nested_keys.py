"""Keys within keys, as headers: `customer.id` is the key `id` of the value of `customer`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

Path = tuple[str, ...]


def list_keys(schema: Mapping[str, pl.DataType]) -> dict[str, Path]:
    """Return the path of each header: of plain columns, and of the fields of structures.

    What databases wrap into a structure of one key that begins with `$`, such as `{"$date": ...}`, is a plain value.

    >>> wrapped = pl.Struct({"$oid": pl.String()})
    >>> list_keys({"_id": wrapped, "buyer": pl.Struct({"id": wrapped}), "amount": pl.Int64()})
    {'_id': ('_id', '$oid'), 'buyer.id': ('buyer', 'id', '$oid'), 'amount': ('amount',)}
    """
    plain = {name: (name,) for name, dtype in schema.items() if not isinstance(dtype, pl.Struct)}
    nested = {header: path for name, dtype in schema.items() for header, path in _walk(name, (name,), dtype)}
    return nested | plain


def _walk(header: str, path: Path, dtype: object) -> Iterator[tuple[str, Path]]:
    if not isinstance(dtype, pl.Struct):
        yield header, path
        return
    wrapper = len(dtype.fields) == 1 and dtype.fields[0].name.startswith("$")
    for field in dtype.fields:
        yield from _walk(header if wrapper else f"{header}.{field.name}", (*path, field.name), field.dtype)


def take_from_json(path: Path) -> pl.Expr:
    """Return the value at a path from a column of JSON text."""
    escaped = (key.replace("\\", "\\\\").replace("'", "\\'") for key in path[1:])
    return pl.col(path[0]).str.json_path_match("$" + "".join(f"['{key}']" for key in escaped))


def take_from_struct(path: Path) -> pl.Expr:
    """Return the value at a path from a column of structures."""
    value = pl.col(path[0])
    for key in path[1:]:
        value = value.struct.field(key)
    return value
