"""The exact sum of an order's rows, rounded once to what its currency counts in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import polars as pl

from rfm_engine.columns import ORDER_AMOUNT_FEN
from rfm_engine.orders.cells.amounts import PARTS, REMAINDER, round_sum

if TYPE_CHECKING:
    from collections.abc import Collection

STEP: Final = ":order amount step"
"""The column with what the sum of an order's lines is a whole number of, in fen: 100 for yen, which have no cents."""

IN_MINOR_UNITS: Final = ":order amount in minor units"
"""The column that says that an amount was read as a whole number of minor units, whatever its currency has."""


def count_parts(columns: Collection[str]) -> pl.Expr:
    """Return an amount in parts of a fen (Int128), with those that rounding left where the `columns` have them."""
    parts = pl.col(ORDER_AMOUNT_FEN).cast(pl.Int128) * PARTS
    return parts + pl.col(REMAINDER).fill_null(0) if REMAINDER in columns else parts


def round_parts(parts: pl.Expr, unit: pl.Expr) -> tuple[pl.Expr, pl.Expr]:
    """Return parts in whole units of so many parts, halves away from zero, and whether something was cut off."""
    size = (parts.abs() * 2 + unit) // (unit * 2)
    sign = pl.when(parts < 0).then(-1).otherwise(1)  # Polars 2.1 cannot negate 128 bits
    return size * sign, parts % unit != 0


def sum_order(columns: Collection[str]) -> tuple[pl.Expr, pl.Expr]:
    """Return the fen that the lines of an order add up to, rounded once, and whether something was cut off.

    `columns` are those of the lines; their fen and the parts of a fen, where they have any, are added up already.
    """
    if STEP not in columns:
        fen, parts = round_sum(pl.col(ORDER_AMOUNT_FEN), pl.col(REMAINDER))
        return fen, parts != 0
    step = pl.col(STEP)
    whole, is_cut = round_parts(count_parts(columns), step.cast(pl.Int128) * PARTS)
    return whole * step, is_cut
