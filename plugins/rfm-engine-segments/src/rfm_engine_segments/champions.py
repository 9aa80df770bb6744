"""The common eleven segments, from Champions to Lost."""

from __future__ import annotations

from typing import ClassVar, Literal

import polars as pl
from pydantic import Field

from rfm_engine.plugin_api import Language, Segment
from rfm_engine_segments.spoken import SpokenPolicy

Range = tuple[int, int]


def _row(name: str, r: Range, fm: Range, contacts: str, focus: str) -> Segment:
    return Segment.model_validate({"name": name, "r": r, "f": fm, "m": fm, "contacts": contacts, "focus": focus})


ELEVEN = (
    _row("Champions", (4, 5), (4, 5), "1-2 per month", "thank them: early access, personal service, ask for referrals"),
    _row("Loyal", (2, 5), (3, 5), "1 per month", "offer higher value, ask for reviews, invite to events"),
    _row("New Customers", (4, 5), (1, 1), "1 per month", "help with the first purchase, give a reason for a second"),
    _row("Promising", (3, 4), (1, 1), "1-2 per quarter", "make the brand known, offer a trial"),
    _row(
        "Potential Loyalist", (3, 5), (1, 3), "1 per month", "offer membership, recommend what goes with their purchase"
    ),
    _row("Need Attention", (2, 3), (2, 3), "1-2 per quarter", "limited offers based on what they bought"),
    _row("About To Sleep", (2, 3), (1, 2), "1-2 per quarter", "popular products and news before they are gone"),
    _row("Can't Lose Them", (1, 1), (4, 5), "1-2 per month", "call in person: ask what went wrong, win them back"),
    _row("At Risk", (1, 2), (2, 5), "1 per month", "a personal message with an offer to come back"),
    _row("Lost", (1, 1), (1, 1), "1 per year", "one attempt with a holiday offer, else leave alone"),
    _row("Hibernating", (1, 2), (1, 2), "1 per half-year", "other products, a special discount"),
)
REST: Range = (1, 5)


class ChampionsToLost(SpokenPolicy):
    """The common eleven segments on scores of 1 to 5, from Champions to Lost; the first row that fits wins.

    A row states a range of R and one of F and M. With `fm = "mean"` the mean of F and M lies in it, and every customer
    has a segment. With `fm = "each"` F and M both lie in it; the 36 of 125 combinations that fit no row go to the last
    segment, `rest`, or make the engine refuse the policy if that is empty. Other scores than 1 to 5 are refused.
    """

    name: ClassVar[str] = "champions-to-lost"
    first_match: ClassVar[bool] = True

    fm: Literal["mean", "each"] = Field(
        default="mean", description="whether the mean of F and M or each of them lies in a segment's range"
    )
    rest: str = Field(default="Others", description="the segment of what fits no other, only there if fm is each")

    def describe(self, language: Language = "en") -> str:
        """Return the rule in words."""
        if language == "zh":
            return f"常用的十一类细分（Champions 至 Lost），F 与 M {'取平均' if self.fm == 'mean' else '各自'}判断"
        return super().describe(language)

    def segments(self) -> tuple[Segment, ...]:
        """Return the eleven, and the rest if there is one."""
        if self.fm == "mean" or not self.rest:
            return ELEVEN
        return (*ELEVEN, _row(self.rest, REST, REST, "1 per half-year", "see which score stands out, and ask why"))

    def belongs(self, position: int) -> pl.Expr:
        """Return whether the scores lie in the row's ranges; the mean of F and M doubled, so that it is whole."""
        row = self.segments()[position]
        if self.fm == "each" or row.r is None or row.f is None:
            return row.holds()
        doubled = pl.col("f_score") + pl.col("m_score")
        return pl.col("r_score").is_between(row.r.low, row.r.high) & doubled.is_between(2 * row.f.low, 2 * row.f.high)
