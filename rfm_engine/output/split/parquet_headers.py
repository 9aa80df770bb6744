"""What a Parquet file of one row group says of its pages: values behind definition levels, not compressed."""

from __future__ import annotations

from functools import cache
from typing import Final

from rfm_engine.output.split.thrift import BINARY, END, I32, I64, LIST, STRUCT, binary, field, integer, listed

NEXT_I32, NEXT_I64, NEXT_LIST, NEXT_STRUCT = field(I32), field(I64), field(LIST), field(STRUCT)
PLAIN, RLE, RLE_DICTIONARY = integer(0), integer(3), integer(8)
DATA_PAGE, DICTIONARY_PAGE = NEXT_I32 + integer(0), NEXT_I32 + integer(2)
DATA_HEADER, DICTIONARY_HEADER = field(STRUCT, step=2), field(STRUCT, step=4)
LEVELS: Final = 2 * (NEXT_I32 + RLE)
NOT_COMPRESSED: Final = NEXT_I32 + integer(0)
NULL_COUNT: Final = field(I64, step=3)
GREATEST, LEAST = field(BINARY, step=2), field(BINARY)
DATA_OFFSET, DICTIONARY_OFFSET = field(I64, step=2), field(I64, step=2)
STATISTICS: Final = field(STRUCT, step=3)
METADATA: Final = field(I64, step=2) + integer(0) + NEXT_STRUCT
"""A column's: it stands in the footer, at no place of its own."""


@cache
def page_header(size: int, rows: int, encoding: bytes) -> bytes:
    """Return the header of a page of values."""
    length = NEXT_I32 + integer(size)
    values = NEXT_I32 + integer(rows) + NEXT_I32 + encoding + LEVELS
    return DATA_PAGE + length + length + DATA_HEADER + values + END + END


def dictionary_header(size: int, values: int) -> bytes:
    """Return the header of the page of all values that a column may have."""
    length = NEXT_I32 + integer(size)
    content = NEXT_I32 + integer(values) + NEXT_I32 + PLAIN
    return DICTIONARY_PAGE + length + length + DICTIONARY_HEADER + content + END + END


def statistics(nulls: int, least: bytes | None, greatest: bytes | None) -> bytes:
    """Return how many values of a column are null, and between which the others are, where both are known."""
    counted = NULL_COUNT + integer(nulls)
    if least is None or greatest is None:
        return counted + END
    return counted + GREATEST + binary(greatest) + LEAST + binary(least) + END


def column_beginning(physical_type: int, name: str, encoding: bytes) -> bytes:
    """Return what is said of a column in every file."""
    encodings = NEXT_LIST + listed(I32, list(dict.fromkeys((PLAIN, RLE, encoding))))
    path = NEXT_LIST + listed(BINARY, [binary(name.encode())])
    return METADATA + NEXT_I32 + integer(physical_type) + encodings + path + NOT_COMPRESSED


def column_end(rows: int, size: int, offset: int, dictionary: int, summary: bytes) -> bytes:
    """Return what is said of a column in one file: its values, its bytes, where they begin, its statistics.

    `dictionary` is how many of the bytes are the page of all values.
    """
    length = NEXT_I64 + integer(size)
    place = DATA_OFFSET + integer(offset + dictionary)
    summarized = DICTIONARY_OFFSET + integer(offset) + NEXT_STRUCT if dictionary else STATISTICS
    return NEXT_I64 + integer(rows) + length + length + place + summarized + summary + END + END


def row_group(columns: list[bytes], size: int, rows: int) -> bytes:
    """Return the fields of a footer that have the rows: their number, and the one row group of them."""
    counted = NEXT_I64 + integer(rows)
    group = NEXT_LIST + listed(STRUCT, columns) + NEXT_I64 + integer(size) + counted + END
    return counted + NEXT_LIST + listed(STRUCT, [group])


NO_ROWS: Final = NEXT_I64 + integer(0) + NEXT_LIST + listed(STRUCT, [])
"""The same fields where there are no rows."""
