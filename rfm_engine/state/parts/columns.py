"""The columns of a part: list and customer, what adds up, and what is known of the last order."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from rfm_engine.columns import FREQUENCY, MONETARY_FEN

if TYPE_CHECKING:
    import polars as pl

REFUNDS: Final = "refunds"
BEFORE: Final = "before"
COUNTS: Final = (FREQUENCY, MONETARY_FEN, REFUNDS, BEFORE)
"""What adds up: orders, fen and refunds in the window, and rows before it."""


def key_columns(part: pl.DataFrame) -> list[str]:
    """Return the columns of list and customer."""
    return part.columns[: part.columns.index(FREQUENCY)]


def last_columns(part: pl.DataFrame) -> list[str]:
    """Return the columns of the last order."""
    return part.columns[len(key_columns(part)) + len(COUNTS) :]
