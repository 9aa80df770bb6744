"""How much of the spend the highest spenders bring."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from rfm_engine.report.facts import CURVE_POINTS
from rfm_engine.report.section import Section

if TYPE_CHECKING:
    from rfm_engine.report.facts import Facts
    from rfm_engine.report.words import Words

TOPS: Final = (1, 5, 10, 20, 50)
HEADLINE_TOP: Final = 20
MARKED: Final = (5, 20, 50)
EACH: Final = 5


@dataclass(frozen=True)
class Top:
    """The highest spenders: their share in percent, how many they are, and their spend in fen."""

    percent: int
    customers: int
    spend: int


@dataclass(frozen=True)
class Curve:
    """The curve as (share of customers, share of spend) from 0 to 1, a few of its points, and its spend in fen."""

    parts: list[int]
    points: list[tuple[float, float]]
    tops: list[Top]
    spend: int

    def summary(self, words: Words) -> str:
        """Return the chosen points in one line."""
        return "; ".join(
            words("curve.point", top=words.percent(top.percent), share=words.share(top.spend, self.spend))
            for top in self.tops
        )

    def ticks(self, words: Words) -> list[tuple[float, str]]:
        """Return the ticks of both axes."""
        return [(step / CURVE_POINTS, words.percent(step)) for step in range(0, CURVE_POINTS + 1, 20)]

    def marks(self, words: Words) -> list[tuple[float, float, str]]:
        """Return the points that are drawn with their figures."""
        return [
            (
                top.percent / CURVE_POINTS,
                top.spend / self.spend,
                f"{words.percent(top.percent)} → {words.share(top.spend, self.spend)}",
            )
            for top in self.tops
            if top.percent in MARKED
        ]

    def top_table(self, words: Words) -> list[list[str]]:
        """Return the chosen points, one row each."""
        return [
            [
                words.percent(top.percent),
                words.number(top.customers),
                words.yuan(top.spend),
                words.share(top.spend, self.spend),
            ]
            for top in self.tops
        ]

    def table(self, words: Words) -> list[list[str]]:
        """Return every twentieth of the curve."""
        steps = range(EACH, CURVE_POINTS + 1, EACH)
        return [[words.percent(step), words.share(self.parts[step - 1], self.spend)] for step in steps]


def make_curve(facts: Facts, words: Words) -> Section | None:
    """Return the curve, None where refunds leave no spend, or where it is of several currencies."""
    spend = facts.curve[-1]
    if spend <= 0 or not words.adds_spend:
        return None
    points = [(0.0, 0.0)] + [(place / CURVE_POINTS, part / spend) for place, part in enumerate(facts.curve, 1)]
    tops = [_find_top(facts, percent) for percent in TOPS]
    first = next(top for top in tops if top.percent == HEADLINE_TOP)
    headline = words("curve.head", n=words.number(first.customers), share=words.share(first.spend, spend))
    return Section("curve", headline, Curve(facts.curve, points, tops, spend))


def _find_top(facts: Facts, percent: int) -> Top:
    customers = -(-facts.totals["customers"] * percent // CURVE_POINTS)
    return Top(percent, customers, facts.curve[percent - 1])
