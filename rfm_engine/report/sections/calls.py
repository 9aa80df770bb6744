"""Who is called this month, by whom, and what is carried over."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

from rfm_engine.columns import TIER
from rfm_engine.report.section import Section
from rfm_engine.report.sections.lists import MOST_CHARTS, MOST_ROWS
from rfm_engine.runs.plan.files import read_plan
from rfm_engine.runs.plan.month import Month
from rfm_engine.runs.plan.owners import UNASSIGNED
from rfm_engine.runs.plan.placing import rank_calls

if TYPE_CHECKING:
    from pathlib import Path

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
    """The owners, the busiest first, and the names of the tiers."""

    owners: list[Owner]
    tiers: list[str]

    @property
    def has_room(self) -> bool:
        """Whether nothing is carried over."""
        return not any(owner.carried_over for owner in self.owners)

    def bars(self, words: Words) -> list[tuple[str, list[tuple[str, int, str]], str]]:
        """Return the calls of each owner by tier, and what is carried over, as bars of one scale with both numbers."""
        most = max(owner.calls + owner.carried_over for owner in self.owners)
        return [
            (words.shorten(owner.name, 24), _parts(owner, most, words), _describe_load(owner, words))
            for owner in self.owners[:MOST_CHARTS]
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
            for one in self.owners[:MOST_ROWS]
        ]


def _describe_load(owner: Owner, words: Words) -> str:
    over = f" + {words.number(owner.carried_over)}" if owner.carried_over else ""
    return f"{words.number(owner.calls)}{over}"


def _parts(owner: Owner, most: int, words: Words) -> list[tuple[str, int, str]]:
    tiers = [(f"t{place}", calls, words.number(calls)) for place, calls in enumerate(owner.tiers)]
    rest = most - owner.calls - owner.carried_over
    return [*tiers, ("over", owner.carried_over, words.number(owner.carried_over)), ("rest", rest, "")]


def make_calls(plan: Path, facts: Facts, words: Words) -> Section | None:
    """Return the calls of each owner from the folder of a plan; None where nothing is planned.

    Raises:
        UsageError: The folder holds no plan.
    """
    calls, waiting = split_calls(read_plan(plan))
    if calls.is_empty():
        return None
    owners = [
        Owner(_name(name, words), _count_tiers(calls, name, facts), waiting.filter(pl.col("owner") == name).height)
        for name in pl.concat([calls["owner"], waiting["owner"]]).unique().sort()
    ]
    busiest_first = sorted(owners, key=lambda owner: -owner.calls)
    headline = words(
        "calls.head",
        n=words.number(calls.height),
        first=words.day(str(calls["date"].min())),
        last=words.day(str(calls["date"].max())),
        over=words.number(waiting.height),
    )
    return Section("calls", headline, Calls(busiest_first, facts.tiers))


def split_calls(state: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return the planned calls of a plan's state, and the customers who are due and have no room."""
    month = Month.parse(state["month"][0])
    unplaced = state.filter(pl.col("date").is_null())
    return state.drop_nulls("date"), rank_calls(unplaced.lazy(), month).collect()


def _count_tiers(calls: pl.DataFrame, owner: str, facts: Facts) -> list[int]:
    counts = dict(calls.filter(pl.col("owner") == owner).group_by(TIER).len().iter_rows())
    return [counts.get(tier, 0) for tier in facts.tiers]


def _name(owner: str, words: Words) -> str:
    return words("calls.unassigned") if owner == UNASSIGNED else owner
