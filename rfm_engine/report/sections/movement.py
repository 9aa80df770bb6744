"""Who changed the tier since an older run, and why."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import polars as pl

from rfm_engine.columns import TIER
from rfm_engine.report.section import Section
from rfm_engine.runs.compare import DOWN, GONE, NEW, OLD_TIER, SAME, UP, count_reasons

if TYPE_CHECKING:
    from rfm_engine.report.facts import Facts
    from rfm_engine.report.words import Words
    from rfm_engine.runs.compare import Movement

SHORT_NAME: Final = 6
DIRECTIONS: Final = (DOWN, UP, NEW, GONE, SAME)


@dataclass(frozen=True)
class Moves:
    """Customers by (old tier, new tier), both by position, and the reasons as (direction, reason, customers)."""

    rows: list[list[int]]
    reasons: list[tuple[str, str, int]]
    counts: dict[str, int]
    tiers: list[str]

    @property
    def margin(self) -> int:
        """The room that the names of the tiers need on the left of the chart."""
        return 62 if max(map(len, self.tiers)) <= SHORT_NAME else 110

    def chart(self, words: Words) -> list[list[tuple[str, str, str, bool]]]:
        """Return the drawn cells; rises and falls have colours of their own."""
        return [
            [
                (_direction_class(old, new, customers), words.number(customers) if customers else "", "", False)
                for new, customers in enumerate(row)
            ]
            for old, row in enumerate(self.rows)
        ]

    def heads(self, words: Words) -> list[tuple[str, str]]:
        """Return the names of the tiers, for both sides."""
        return [(words.shorten(tier, 12), "") for tier in self.tiers]

    def table(self, words: Words) -> list[list[str]]:
        """Return the figures, one row an old tier."""
        return [
            [words.shorten(tier, 40), *map(words.number, row)] for tier, row in zip(self.tiers, self.rows, strict=True)
        ]

    def reason_table(self, words: Words) -> list[list[str]]:
        """Return the reasons, one row each."""
        return [
            [
                words(f"moves.{direction}"),
                words("compare.and").join(words(f"movement.{step}") for step in reason.split(" + ")),
                words.number(customers),
            ]
            for direction, reason, customers in self.reasons
        ]


def _direction_class(old: int, new: int, customers: int) -> str:
    if old == new or not customers:
        return "s0"
    return "rise" if new < old else "fall"


def make_movement(movement: Movement, facts: Facts, words: Words) -> Section:
    """Return the matrix of the moves and what caused them."""
    moves = movement.customers
    pairs = moves.group_by(OLD_TIER, TIER).len()
    found = {(old, new): customers for old, new, customers in pairs.iter_rows()}
    rows = [[found.get((old, new), 0) for new in facts.tiers] for old in facts.tiers]
    counted = count_reasons(movement)
    counts = dict.fromkeys(DIRECTIONS, 0) | dict(counted.group_by("direction").agg(pl.col("customers").sum()).rows())
    reasons = counted.filter(pl.col("direction") != SAME).sort(
        pl.col("direction").cast(pl.Enum(DIRECTIONS)), maintain_order=True
    )
    values = {name: words.number(counts[name]) for name in (UP, DOWN)}
    key = "moves.head" if counts[UP] + counts[DOWN] else "moves.head_none"
    return Section("moves", words(key, **values), Moves(rows, reasons.rows(), counts, facts.tiers))
