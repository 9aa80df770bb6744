"""Sums of money beyond what is counted and written exactly: refused, with their lists and customers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import polars as pl

from rfm_engine.columns import CUSTOMER_ID
from rfm_engine.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Sequence

MOST_FEN: Final = 10**18
"""Fen from which on a sum is refused: money is written with 18 digits, and 64 bits hold 9 times as much."""

SHOWN: Final = 3


def refuse_large_sums(sums: pl.DataFrame, column: str, by: Sequence[str], *more: str) -> None:
    """Stop where a sum of fen, exact in 128 bits, is too large; `by` and customer_id say whose it is.

    Raises:
        DataError: There are such sums; the message has the first lists and customers.
    """
    keys = [name for name in (*by, CUSTOMER_ID, *more) if name in sums.columns]
    large = sums.filter(pl.col(column).abs() >= MOST_FEN).select(pl.col(keys).cast(pl.String)).sort(keys)
    if large.is_empty():
        return
    first = large[:SHOWN].rows(named=True)
    shown = [", ".join(f"{name} {value}" for name, value in row.items()) for row in first]
    more_of_them = f" and {large.height - SHOWN:,} more" if large.height > SHOWN else ""
    message = (
        f"amounts add up to {MOST_FEN // 100:,} yuan or more, beyond what can be counted exactly: "
        f"{'; '.join(shown)}{more_of_them}; map the column of amounts and its unit (rfm-engine check shows them)"
    )
    raise DataError(message, *(str(value) for row in first for value in row.values()))
