"""Which scores a scheme can give, and exact numbers to compare totals with."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Final, Literal, TypeVar

import polars as pl

if TYPE_CHECKING:
    from decimal import Decimal

TOTAL_PRECISION: Final = 38
Number = TypeVar("Number", int, pl.Expr)


@dataclass(frozen=True)
class ScoreRange:
    """The integer scores a scheme can give, both ends included, and which end is best."""

    lowest: int = 1
    highest: int = 5
    best: Literal["highest", "lowest"] = "highest"

    @property
    def scores(self) -> range:
        """Every score, lowest first."""
        return range(self.lowest, self.highest + 1)

    @property
    def worst(self) -> int:
        """The score of the worst customers."""
        return self.lowest if self.best == "highest" else self.highest

    def upward(self, score: Number) -> Number:
        """Return a score, or an expression of scores, with the highest as best: itself, or turned round.

        >>> ScoreRange(1, 5, best="lowest").upward(1)
        5
        """
        return score if self.best == "highest" else self.lowest + self.highest - score


def decimal_literal(number: Decimal) -> pl.Expr:
    """Return an exact literal of the number, to compare `rfm_score` with; its type is Decimal with its own decimals.

    `pl.lit(Decimal(...))` does the same, but loads numpy where it is installed: 0.09 s.

    >>> from decimal import Decimal
    >>> pl.select(decimal_literal(Decimal("0.30"))).item()
    Decimal('0.30')
    """
    return _literal(f"{number:f}")


@cache
def _literal(number: str) -> pl.Expr:
    return pl.lit(number).cast(pl.Decimal(TOTAL_PRECISION, len(number.partition(".")[2])))
