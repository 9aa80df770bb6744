"""The bands of a metric: which customers got each score, and the values between them."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise
from math import floor
from typing import TYPE_CHECKING, Final

import polars as pl

from rfm_engine.columns import FREQUENCY, MONETARY, RECENCY_DAYS
from rfm_engine.report.words import DASH

if TYPE_CHECKING:
    from rfm_engine.report.facts import Facts
    from rfm_engine.report.words import Words

SCORE_OF: Final = {RECENCY_DAYS: "r_score", FREQUENCY: "f_score", MONETARY: "m_score"}
MOST_BANDS: Final = 6


@dataclass(frozen=True)
class Band:
    """The customers with a score, or with one of a few scores where a scheme has many; values in days, orders, fen."""

    scores: range
    customers: int
    least: int | None
    greatest: int | None

    def values(self, words: Words, metric: str) -> str:
        """Return the observed values, exactly; a dash where no one has the score."""
        if self.least is None or self.greatest is None:
            return DASH
        return words.between(show_value(words, metric, self.least), show_value(words, metric, self.greatest))

    @property
    def label(self) -> str:
        """The score, or the first and last of several."""
        low, high = self.scores[0], self.scores[-1]
        return str(low) if low == high else f"{low}–{high}"


def show_value(words: Words, metric: str, value: int) -> str:
    """Return a value of a metric: yuan and fen, or a number of days or orders."""
    return words.plain_money(value) if metric == MONETARY else words.number(value)


@dataclass(frozen=True)
class Bands:
    """The bands of a metric from worst to best; `cuts` are the scheme's values between them, rising, if it has any."""

    metric: str
    worst_first: tuple[Band, ...]
    cuts: tuple[int, ...] | None

    @property
    def by_value(self) -> tuple[Band, ...]:
        """The bands by rising value."""
        return self.worst_first[::-1] if self.metric == RECENCY_DAYS else self.worst_first

    def short_values(self, words: Words, band: Band) -> str:
        """Return in few letters which values a band has: by fixed cuts, else as observed; none if bands overlap."""
        if self.cuts is None:
            return self._describe_observed(words, band) if self.are_apart else ""
        position = self.by_value.index(band)
        if position == len(self.cuts):
            return f"> {self._short(words, self.cuts[-1])}"
        high = self.cuts[position]
        if position == 0:
            return f"≤ {self._short(words, high)}"
        low = self.cuts[position - 1]
        if self.metric == MONETARY:
            return f"{self._short(words, low)}–{self._short(words, high)}"
        return words.between(words.number(low + 1), words.number(high))

    def _describe_observed(self, words: Words, band: Band) -> str:
        if band.least is None or band.greatest is None:
            return ""
        return words.between(self._short(words, band.least), self._short(words, band.greatest))

    @property
    def are_apart(self) -> bool:
        """Whether no value belongs to two bands, as it may where each list has its own."""
        spans = [(band.least, band.greatest) for band in self.by_value if band.least is not None]
        return all(one[1] < other[0] for one, other in pairwise(spans))  # type: ignore[operator]

    def _short(self, words: Words, value: int) -> str:
        return words.number(round(value / words.minor_units)) if self.metric == MONETARY else words.number(value)

    def heads(self, words: Words) -> list[tuple[str, str]]:
        """Return the label and the short values of each band, from worst to best."""
        return [(band.label, self.short_values(words, band)) for band in self.worst_first]

    def place(self) -> pl.Expr:
        """Return the position of a customer's band, from the worst up."""
        first, second = self.worst_first[0].scores, self.worst_first[-1].scores
        low, width = min(first[0], second[0]), max(len(first), len(second))
        place = (pl.col(SCORE_OF[self.metric]) - low) // width
        return place if first[0] <= second[0] else len(self.worst_first) - 1 - place


def find_bands(facts: Facts, metric: str) -> Bands:
    """Return the bands of a metric over all lists; scores that no one got are there with 0 customers."""
    fixed = fixed_cuts(facts, metric)
    groups = _group_scores(facts.cube[SCORE_OF[metric]], fixed)
    bands = [_find_band(facts.cube, metric, scores) for scores in groups]
    worst_first = tuple(bands if _rises(bands, metric) else bands[::-1])
    return Bands(metric, worst_first, tuple(fixed) if fixed and len(fixed) + 1 == len(bands) else None)


def fixed_cuts(facts: Facts, metric: str) -> list[int] | None:
    """Return the cut points that the scheme has as an option of the metric's name, in days, orders or fen."""
    option = facts.record.scheme.get(metric)
    if not isinstance(option, list) or not option:
        return None
    factor = facts.record.minor_units if metric == MONETARY else 1
    return [floor(Decimal(str(cut)) * factor) for cut in option]


def _group_scores(scores: pl.Series, fixed: list[int] | None) -> list[range]:
    low, high = int(scores.min()), int(scores.max())  # type: ignore[arg-type]
    if fixed and low >= 1 and high <= len(fixed) + 1:
        low, high = 1, len(fixed) + 1
    width = -((low - high - 1) // MOST_BANDS)
    return [range(start, min(start + width, high + 1)) for start in range(low, high + 1, width)]


def _find_band(cube: pl.DataFrame, metric: str, scores: range) -> Band:
    found = cube.filter(pl.col(SCORE_OF[metric]).is_between(scores[0], scores[-1]))
    least, greatest = found[f"least {metric}"].min(), found[f"greatest {metric}"].max()
    return Band(scores, int(found["customers"].sum()), least, greatest)  # type: ignore[arg-type]


def _rises(bands: list[Band], metric: str) -> bool:
    """Return whether a higher score is better."""
    present = [band.least for band in bands if band.least is not None]
    return present[0] <= present[-1] if metric != RECENCY_DAYS else present[0] >= present[-1]
