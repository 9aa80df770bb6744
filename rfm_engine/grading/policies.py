"""The built-in tier policies, registered by the same hook as anybody else's. All are data."""

from __future__ import annotations

from decimal import Decimal
from itertools import pairwise
from typing import Annotated, ClassVar, TypeVar

import polars as pl
from pydantic import AfterValidator, Field, field_validator, model_validator

from rfm_engine.plugin_api import (
    RFM_SCORE,
    Cadence,
    CadenceWords,
    Segment,
    Tier,
    TierPolicy,
    decimal_literal,
    hookimpl,
)

Value = TypeVar("Value")
Row = TypeVar("Row", bound=Tier)
LETTERS = ("A", "B", "C", "D")
TOTAL_LIMIT = 10**12
TOTAL_DECIMALS = 12
OF_SOME = Field(max_length=200)
"""A list calls for as many expressions as it has tiers."""


def _check_comparable(bound: Decimal) -> Decimal:
    """Refuse what has more digits than a Decimal of Polars, which panics over them."""
    if abs(bound) >= TOTAL_LIMIT or bound != (short := round(bound, TOTAL_DECIMALS)):
        message = f"expected a total below {TOTAL_LIMIT:,}, with at most {TOTAL_DECIMALS} decimals"
        raise ValueError(message)
    return min(bound, short, key=lambda one: len(one.as_tuple().digits))


Total = Annotated[Decimal, AfterValidator(_check_comparable)]
"""A bound of a tier."""


def _cadences(**words: str) -> dict[str, Cadence]:
    return {name: Cadence.model_validate(text) for name, text in words.items()}


SICHUAN_CONTACTS = _cadences(A="1-2 per month", B="1-2 per quarter", C="1-2 per half-year", D="1 per year")

SICHUAN_FOCUS = {
    "A": "technical support, customised products; upgrades, team purchases, events",
    "B": "keep the relation, watch activity, move up to A",
    "C": "learn trends and needs, spot the fast growers",
    "D": "wake up with holiday offers and new products",
}


def _check_letters(table: dict[str, Value]) -> dict[str, Value]:
    unknown = sorted(set(table) - set(LETTERS))
    if unknown:
        message = f"expected the tiers A, B, C and D, got {', '.join(unknown)}"
        raise ValueError(message)
    return table


class Abcd(TierPolicy, defer_build=True):
    """Four tiers A to D by the total: D below the first bound, A from the last bound on.

    Bounds, contacts and focus default to the published Sichuan outdoor-gear table. A tier that `contacts` or `focus`
    does not name keeps its default.
    """

    name: ClassVar[str] = "abcd"

    bounds: tuple[Total, Total, Total] = Field(
        default=(Decimal(2), Decimal(3), Decimal(4)), description="the least totals of C, B and A, rising"
    )
    contacts: Annotated[dict[str, CadenceWords], AfterValidator(_check_letters)] = Field(
        default=SICHUAN_CONTACTS, description="how often to contact each tier, such as A = '1-2 per month'"
    )
    focus: Annotated[dict[str, str], AfterValidator(_check_letters)] = Field(
        default=SICHUAN_FOCUS, description="what to contact each tier about"
    )

    @field_validator("bounds")
    @classmethod
    def _check_rising(cls, bounds: tuple[Decimal, ...]) -> tuple[Decimal, ...]:
        if any(low >= high for low, high in pairwise(bounds)):
            message = "expected three totals, each greater than the one before"
            raise ValueError(message)
        return bounds

    def tier_table(self) -> tuple[Tier, ...]:
        """Return A, B, C and D with their contacts and focus."""
        contacts, focus = SICHUAN_CONTACTS | self.contacts, SICHUAN_FOCUS | self.focus
        return tuple(Tier(name=name, contacts=contacts[name], focus=focus[name]) for name in LETTERS)

    def belongs(self, position: int) -> pl.Expr:
        """Return whether the total lies from the tier's own bound to below the bound of the tier above."""
        total, least = pl.col(RFM_SCORE), (None, *reversed(self.bounds), None)
        above, own = least[position : position + 2]
        return pl.all_horizontal(
            pl.lit(value=True) if own is None else total >= decimal_literal(own),
            pl.lit(value=True) if above is None else total < decimal_literal(above),
        )


class WeightedTier(Tier):
    """A tier with the totals that belong to it: at most one lower and one upper bound, each open or closed."""

    at_least: Total | None = None
    above: Total | None = None
    at_most: Total | None = None
    below: Total | None = None

    @model_validator(mode="after")
    def _one_bound_a_side(self) -> WeightedTier:
        if None not in (self.at_least, self.above) or None not in (self.at_most, self.below):
            message = f"tier {self.name!r}: state 'at_least' or 'above', and 'at_most' or 'below', not both"
            raise ValueError(message)
        return self

    def holds(self) -> pl.Expr:
        """Return whether the total is within the bounds."""
        total = pl.col(RFM_SCORE)
        tests = [
            None if self.at_least is None else total >= decimal_literal(self.at_least),
            None if self.above is None else total > decimal_literal(self.above),
            None if self.at_most is None else total <= decimal_literal(self.at_most),
            None if self.below is None else total < decimal_literal(self.below),
        ]
        return pl.all_horizontal(pl.lit(value=True), *(test for test in tests if test is not None))


def _check_unique_names(table: tuple[Row, ...]) -> tuple[Row, ...]:
    names = [row.name for row in table]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice or not names:
        message = f"named twice: {', '.join(twice)}" if twice else "expected at least one tier"
        raise ValueError(message)
    return table


class Weighted(TierPolicy, defer_build=True):
    """Any table of tiers by bounds of the total, each side open or closed.

    Each row has a `name`, bounds (`at_least` or `above`, `at_most` or `below`), and if wanted `contacts` and `focus`.
    """

    name: ClassVar[str] = "weighted"

    table: Annotated[tuple[WeightedTier, ...], OF_SOME, AfterValidator(_check_unique_names)] = Field(
        description="the tiers, best first, such as {name = 'A', above = 6}"
    )

    def tier_table(self) -> tuple[Tier, ...]:
        """Return the rows of the table."""
        return self.table

    def belongs(self, position: int) -> pl.Expr:
        """Return whether the total is within the row's bounds."""
        return self.table[position].holds()


class Segments(TierPolicy, defer_build=True):
    """Named segments by intervals of the three scores; the first row that fits wins.

    Each row has a `name`, intervals `r`, `f`, `m` (one score, or [from, to]; any score where not named), and if wanted
    `contacts` and `focus`. A last row without intervals takes the rest.
    """

    name: ClassVar[str] = "segments"
    first_match: ClassVar[bool] = True
    reads_scores_as_given: ClassVar[bool] = True

    table: Annotated[tuple[Segment, ...], OF_SOME, AfterValidator(_check_unique_names)] = Field(
        description="the segments, first match wins, such as {name = 'Champions', r = [4, 5], f = [4, 5], m = [4, 5]}"
    )

    def tier_table(self) -> tuple[Tier, ...]:
        """Return the rows of the table."""
        return self.table

    def belongs(self, position: int) -> pl.Expr:
        """Return whether the scores are within the row's intervals."""
        return self.table[position].holds()


@hookimpl
def rfm_register_tier_policies() -> list[type[TierPolicy]]:
    """Provide the built-in policies."""
    return [Abcd, Weighted, Segments]
