"""Who is called this month, by whom, and what is carried over."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

from rfm_engine.columns import TIER
from rfm_engine.report.section import Section

if TYPE_CHECKING:
    from rfm_engine.report.facts import Facts
    from rfm_engine.report.words import Words


@dataclass(frozen=True)
class Owner:
    """Who calls: the calls of each tier by position, and how many are carried over."""

    name: str
    tiers: list[int]
    carried_over: int

    @property
    def calls(self) -> int:
        """All calls."""
        return sum(self.tiers)


@dataclass(frozen=True)
class Calls:
    """The owners by name, and the names of the tiers."""

    owners: list[Owner]
    tiers: list[str]

    def bars(self, words: Words) -> list[tuple[str, list[tuple[str, int, str]], str]]:
        """Return the tiers of each owner's calls as a bar, with their number."""
        return [
            (
                words.shorten(owner.name, 24),
                [(f"t{place}", calls, words.number(calls)) for place, calls in enumerate(owner.tiers)],
                words.number(owner.calls),
            )
            for owner in self.owners
        ]

    def table(self, words: Words) -> list[list[str]]:
        """Return the figures, one row an owner."""
        return [
            [
                words.shorten(one.name, 40),
                *map(words.number, one.tiers),
                words.number(one.calls),
                words.number(one.carried_over),
            ]
            for one in self.owners
        ]

    @property
    def busiest(self) -> Owner:
        """The owner with the most calls."""
        return max(self.owners, key=lambda owner: owner.calls)


def make_calls(calls: pl.LazyFrame, facts: Facts, words: Words) -> Section | None:
    """Return the calls of each owner: one row per call with `owner`, `tier` and `date`, null where carried over."""
    found = calls.select("owner", pl.col(TIER).cast(pl.String), "date").collect()
    placed = found.drop_nulls("date")
    if placed.is_empty():
        return None
    owners = [
        Owner(
            str(name),
            [rows.filter(pl.col("date").is_not_null(), pl.col(TIER) == tier).height for tier in facts.tiers],
            rows["date"].null_count(),
        )
        for (name,), rows in found.sort("owner").group_by("owner", maintain_order=True)
    ]
    headline = words(
        "calls.head",
        n=words.number(placed.height),
        first=words.day(str(placed["date"].min())),
        last=words.day(str(placed["date"].max())),
        over=words.number(found.height - placed.height),
    )
    return Section("calls", headline, Calls(owners, facts.tiers))
