"""Values of a column as Parquet keeps them."""

from __future__ import annotations

from struct import Struct, pack
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import polars as pl

if TYPE_CHECKING:
    from collections.abc import Callable

INT32, INT64, BYTE_ARRAY, FIXED_LEN_BYTE_ARRAY = 1, 2, 6, 7
LENGTH_BYTES: Final = 4
"""Of the length before each text."""

WIDE_BYTES: Final = 16
LONGEST: Final = 64
"""Bytes of a text that may stand in the statistics."""

MOST_CODES: Final = 256
"""Values of an Enum, each of which is a byte."""


class Kind(NamedTuple):
    """How a type is kept: physically, in how many bytes a value, and how one stands in the statistics.

    Of texts, which have no `width`, each has its length before it.
    """

    physical_type: int
    width: int
    encode: Callable[[pl.Series], bytes]
    spell: Callable[[Any], bytes | None]


def find_kind(dtype: pl.DataType) -> Kind | None:
    """Return how a type of column is kept; None where customers don't have it."""
    if isinstance(dtype, pl.Decimal):
        return {18: LONG, 38: WIDE}.get(dtype.precision)
    if isinstance(dtype, pl.Enum):
        return CODE if len(dtype.categories) <= MOST_CODES else None
    return KINDS.get(dtype.base_type())


def encode_texts(values: pl.Series) -> bytes:
    """Return texts, each behind its length."""
    if values.is_empty():  # of no sizes Polars replaces none, nor their type
        return b""
    content = values.cast(pl.String).cast(pl.Binary)
    sizes = content.bin.size()
    known = sizes.unique()
    lengths = pl.Series([size.to_bytes(LENGTH_BYTES, "little") for size in known])
    return b"".join((sizes.replace_strict(known, lengths) + content).to_list())


def _encode_numbers(form: str) -> Callable[[pl.Series], bytes]:
    return lambda values: pack(f"<{len(values)}{form}", *values.to_physical().to_list())


def _encode_wide(values: pl.Series) -> bytes:
    return b"".join(map(_spell_wide, values.to_physical().to_list()))


def _encode_codes(values: pl.Series) -> bytes:
    return bytes(values.to_physical().to_list())


def _spell_wide(value: int) -> bytes:
    return value.to_bytes(WIDE_BYTES, "big", signed=True)


def _spell_text(value: bytes) -> bytes | None:
    return value if len(value) <= LONGEST else None


SHORT: Final = Kind(INT32, 4, _encode_numbers("i"), Struct("<i").pack)
LONG: Final = Kind(INT64, 8, _encode_numbers("q"), Struct("<q").pack)
WIDE: Final = Kind(FIXED_LEN_BYTE_ARRAY, WIDE_BYTES, _encode_wide, _spell_wide)
TEXT: Final = Kind(BYTE_ARRAY, 0, encode_texts, _spell_text)
CODE: Final = Kind(BYTE_ARRAY, 1, _encode_codes, _spell_text)
"""Of an Enum, all of whose values stand before the codes of those that a list has: pandas shows them as categories."""

KINDS: Final = {pl.Int32: SHORT, pl.Date: SHORT, pl.Int64: LONG, pl.Datetime: LONG, pl.String: TEXT}
