"""Draws are those of splitmix64, exact in whole numbers, and permutations."""

from __future__ import annotations

from hashlib import sha256

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rfm_engine.synthetic.draws import draw, quarter, scatter, upper_half


def splitmix64(counter: int, seed: int, purpose: str) -> int:
    state = (
        counter * 0x9E3779B97F4A7C15 + int.from_bytes(sha256(f"{seed} {purpose}".encode()).digest()[:8], "little")
    ) % 2**64
    state = (state ^ state >> 30) * 0xBF58476D1CE4E5B9 % 2**64
    state = (state ^ state >> 27) * 0x94D049BB133111EB % 2**64
    return state ^ state >> 31


@given(st.lists(st.integers(0, 2**64 - 1), min_size=1), st.integers(0, 2**32), st.sampled_from(["who", "what"]))
def test_the_draws_are_those_of_splitmix64_in_plain_integers(counters: list[int], seed: int, purpose: str) -> None:
    frame = pl.DataFrame({"row": pl.Series(counters, dtype=pl.UInt64)})
    result = frame.select(draw(pl.col("row"), seed, purpose)).to_series().to_list()
    assert result == [splitmix64(counter, seed, purpose) for counter in counters]


@given(st.integers(0, 2**64 - 1), st.integers(0, 3), st.integers(1, 2**16), st.integers(1, 2_000_000_000))
def test_quarters_and_halves_are_scaled_down_in_whole_numbers(bits: int, place: int, few: int, many: int) -> None:
    word = pl.lit(bits, dtype=pl.UInt64)
    result = pl.select(quarter(word, place, few).alias("quarter"), upper_half(word, many).alias("half")).row(0)
    assert result == ((bits >> 16 * place) % 2**16 * few >> 16, (bits >> 32) * many >> 32)


@given(st.integers(1, 5_000))
def test_scattered_numbers_are_a_permutation(size: int) -> None:
    result = pl.select(scatter(pl.int_range(size, dtype=pl.UInt64), size)).to_series()
    assert result.sort().to_list() == list(range(size))


@pytest.mark.parametrize("size", [1_999_999_999, 2_000_000_000])
def test_scattered_numbers_of_the_largest_size_do_not_overflow(size: int) -> None:
    numbers = pl.DataFrame({"row": pl.Series([1, size // 2, size - 1], dtype=pl.UInt64)})
    step, *result = numbers.select(scatter(pl.col("row"), size)).to_series().to_list()
    assert result == [number * step % size for number in (size // 2, size - 1)]
