"""Columns of many lists as pages: of each list its values, which of them are null, and their statistics."""

from __future__ import annotations

from functools import cache
from itertools import accumulate, pairwise
from typing import TYPE_CHECKING, Final, NamedTuple

import polars as pl

from rfm_engine.output.split.parquet_headers import (
    PLAIN,
    RLE_DICTIONARY,
    column_beginning,
    dictionary_header,
    page_header,
    statistics,
)
from rfm_engine.output.split.parquet_values import BYTE_ARRAY, CODE, LENGTH_BYTES, encode_texts
from rfm_engine.output.split.thrift import varint

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rfm_engine.output.split.parquet_values import Kind

CODE_BITS: Final = b"\x08"
OCTET: Final = 8
"""Levels and codes come in so many at a time."""


class Part(NamedTuple):
    """What a column has of one list: a page, and its statistics."""

    page: bytes
    summary: bytes


class Column(NamedTuple):
    """A column of all lists: what every footer says of it, the page of an Enum's values, the part of each list."""

    beginning: bytes
    dictionary: bytes
    parts: Iterator[Part]


def encode_column(column: pl.Series, lists: pl.Series, kind: Kind) -> Column:
    """Return a column; `lists` has the number of each row's list, in rising order."""
    dictionary = _spell_dictionary(column.dtype.categories) if isinstance(column.dtype, pl.Enum) else b""
    encoding = RLE_DICTIONARY if dictionary else PLAIN
    beginning = column_beginning(kind.physical_type, column.name, encoding)
    return Column(beginning, dictionary, _list_parts(column, lists, kind, encoding))


def _spell_dictionary(categories: pl.Series) -> bytes:
    content = encode_texts(categories)
    return dictionary_header(len(content), len(categories)) + content


def _list_parts(column: pl.Series, lists: pl.Series, kind: Kind, encoding: bytes) -> Iterator[Part]:
    content = kind.encode(column.drop_nulls())
    found = _summarize(column, lists, kind)
    places = pairwise(accumulate(found.drop_in_place("size").to_list(), initial=0))
    for (start, end), (rows, filled, signs, *ends) in zip(places, found.iter_rows(), strict=True):
        levels = _mixed_levels(signs) if 0 < filled < rows else _equal_levels(rows, int(filled > 0))
        page = levels + (_list_codes(content[start:end]) if kind is CODE else content[start:end])
        least, greatest = (None if value is None else kind.spell(value) for value in ends)
        yield Part(page_header(len(page), rows, encoding) + page, statistics(rows - filled, least, greatest))


def _summarize(column: pl.Series, lists: pl.Series, kind: Kind) -> pl.DataFrame:
    """Return of each list its rows, those with a value, these as signs, the least, the greatest, all bytes."""
    is_text = kind.physical_type == BYTE_ARRAY
    value = pl.col("value")
    values = column.cast(pl.String).cast(pl.Binary) if is_text else column.to_physical()
    return (
        pl.DataFrame([lists.alias("list"), values.alias("value")])
        .group_by("list", maintain_order=True)
        .agg(
            rows=pl.len(),
            filled=value.count(),
            signs=value.is_not_null().cast(pl.Int8).cast(pl.String).str.join() if column.null_count() else pl.lit(""),
            least=value.min(),
            greatest=value.max(),
            size=value.count() * kind.width if kind.width else (value.bin.size() + LENGTH_BYTES).sum(),
        )
        .drop("list")
    )


@cache
def _equal_levels(rows: int, level: int) -> bytes:
    """Return definition levels that are all the same: 1 where there are values, 0 where there are none."""
    return _with_length(varint(rows << 1) + bytes((level,)))


def _mixed_levels(signs: str) -> bytes:
    """Return definition levels that are given as signs, eight to a byte.

    >>> _mixed_levels("1011").hex()
    '02000000030d'
    """
    count = -(-len(signs) // OCTET)
    return _with_length(varint(count << 1 | 1) + int(signs[::-1], 2).to_bytes(count, "little"))


def _with_length(content: bytes) -> bytes:
    return len(content).to_bytes(LENGTH_BYTES, "little") + content


def _list_codes(codes: bytes) -> bytes:
    """Return codes behind their bits, and behind how many eights they are.

    >>> _list_codes(bytes([1, 0, 3])).hex()
    '08030100030000000000'
    """
    count = -(-len(codes) // OCTET)
    return CODE_BITS + varint(count << 1 | 1) + codes.ljust(count * OCTET, b"\0")
