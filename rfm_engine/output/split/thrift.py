"""Thrift's compact protocol, in which Parquet files say what they hold: as many of its words as one row group needs.

A field begins with a byte: how far its number is from that of the field before, then its type. 0 ends a struct.
"""

from __future__ import annotations

from functools import cache
from typing import Final

I32, I64, BINARY, LIST, STRUCT = 5, 6, 8, 9, 12
END: Final = b"\0"
LONG: Final = 15
"""Stands for the length of a list of so many elements or more; the length follows."""


def field(kind: int, step: int = 1) -> bytes:
    """Return the beginning of a field whose number is so much higher than that of the field before."""
    return bytes((step << 4 | kind,))


@cache
def varint(number: int) -> bytes:
    """Return a number that is not negative, seven bits a byte, the lowest first.

    >>> varint(300).hex()
    'ac02'
    """
    low, rest = number & 127, number >> 7
    return bytes((low | 128,)) + varint(rest) if rest else bytes((low,))


def integer(number: int) -> bytes:
    """Return a number that is not negative as fields hold it: doubled, for the odd ones stand for negative ones."""
    return varint(number << 1)


def binary(content: bytes) -> bytes:
    """Return bytes behind their length."""
    return varint(len(content)) + content


def listed(kind: int, elements: list[bytes]) -> bytes:
    """Return a list of elements of a type.

    >>> listed(I32, [integer(0), integer(3)]).hex()
    '250006'
    """
    length = len(elements)
    head = field(kind, length) if length < LONG else field(kind, LONG) + varint(length)
    return head + b"".join(elements)
