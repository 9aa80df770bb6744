"""Random draws as Polars expressions: integers alone, so that a seed means the same orders on every machine."""

from __future__ import annotations

from hashlib import sha256
from itertools import count
from math import gcd
from typing import Final

import polars as pl

GAMMA: Final = 0x9E3779B97F4A7C15
ROUNDS: Final = ((30, 0xBF58476D1CE4E5B9), (27, 0x94D049BB133111EB))
LAST_SHIFT: Final = 31
QUARTER: Final = 2**16
HALF: Final = 2**32


def draw(counter: pl.Expr, seed: int, purpose: str) -> pl.Expr:
    """Return 64 random bits (UInt64) for each counter: splitmix64 of the counter, with a key of seed and purpose.

    Equal counter, seed and purpose give equal bits wherever the row stands. Products wrap, as Polars' integers do.
    """
    key = int.from_bytes(sha256(f"{seed} {purpose}".encode()).digest()[:8], "little")
    bits = counter * _word(GAMMA) + _word(key)
    for shift, factor in ROUNDS:
        bits = (bits ^ (bits // (1 << shift))) * _word(factor)
    return bits ^ (bits // (1 << LAST_SHIFT))


def quarter(bits: pl.Expr, place: int, below: int | pl.Expr) -> pl.Expr:
    """Return an integer from 0 to below `below`, uniform, from one of the four quarters (0 the lowest) of the bits."""
    return bits // (1 << 16 * place) % QUARTER * below // QUARTER


def upper_half(bits: pl.Expr, below: int) -> pl.Expr:
    """Return an integer from 0 to below `below`, uniform, from the upper 32 bits, that is from quarters 2 and 3."""
    return bits // HALF * below // HALF


def scatter(number: pl.Expr, size: int) -> pl.Expr:
    """Return the numbers 0 to size - 1 in another order, each once: steps of about the golden ratio of the size.

    >>> import polars as pl
    >>> pl.select(scatter(pl.int_range(5, dtype=pl.UInt64), 5)).to_series().to_list()
    [0, 3, 1, 4, 2]
    """
    step = next(step for step in count(size * 618_034 // 1_000_000) if gcd(step, size) == 1)
    return number * step % size


def look_up(table: list[int] | list[str], index: pl.Expr, dtype: type[pl.DataType]) -> pl.Expr:
    """Return the table's entry at each index; it streams, where `list.get` would copy the table for every row."""
    return pl.lit(pl.Series(table, dtype=dtype)).gather(index)


def _word(number: int) -> pl.Expr:
    return pl.lit(number, dtype=pl.UInt64)
