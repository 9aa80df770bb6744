"""Three histograms whose bars are the bands of the scores."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from rfm_engine.columns import FREQUENCY, MONETARY
from rfm_engine.report.bands import Bands, find_bands
from rfm_engine.report.facts import METRICS
from rfm_engine.report.section import Section

if TYPE_CHECKING:
    from rfm_engine.report.facts import Facts
    from rfm_engine.report.words import Words


@dataclass(frozen=True)
class Histogram:
    """The bands of a metric, with the sentence about the value that most customers share."""

    bands: Bands
    customers: int
    tie: str

    @property
    def has_values(self) -> bool:
        """Whether the bars can be labelled by values: cuts are fixed, or no two bands overlap."""
        return self.bands.cuts is not None or self.bands.are_apart

    def bars(self, words: Words) -> list[tuple[str, int, str, str]]:
        """Return score, height, figure and values of each bar, by rising value."""
        bands = self.bands
        return [
            (band.label, band.customers, words.number(band.customers), bands.short_values(words, band))
            for band in bands.by_value
        ]

    def summary(self, words: Words) -> str:
        """Return the bars in one line."""
        return "; ".join(
            words("bands.band", score=score, values=values, n=customers)
            for score, customers, _, values in self.table(words)
        )

    def table(self, words: Words) -> list[list[str]]:
        """Return the figures, one row a band."""
        return [
            [
                band.label,
                words.number(band.customers),
                words.share(band.customers, self.customers),
                band.values(words, self.bands.metric),
            ]
            for band in self.bands.by_value
        ]


def make_bands(facts: Facts, words: Words) -> Section:
    """Return a histogram for each metric."""
    customers = facts.totals["customers"]
    histograms = [Histogram(find_bands(facts, name), customers, _describe_tie(facts, words, name)) for name in METRICS]
    return Section("bands", _headline(facts, words, histograms[1].bands), histograms)


def _headline(facts: Facts, words: Words, frequency: Bands) -> str:
    customers = facts.totals["customers"]
    orders, once = facts.commonest[FREQUENCY]
    if orders == 1:
        return words("bands.head", n=words.number(once), share=words.share(once, customers))
    worst = frequency.worst_first[0]
    share = words.share(worst.customers, customers)
    return words("bands.head_none", n=words.number(worst.customers), score=worst.label, share=share)


def _describe_tie(facts: Facts, words: Words, metric: str) -> str:
    value, customers = facts.commonest[metric]
    if customers == 1:
        return words("bands.no_tie")
    shown = words.money(value) if metric == MONETARY else words.number(value)
    share = words.share(customers, facts.totals["customers"])
    return words(f"bands.tie.{metric}", value=shown, n=words.number(customers), share=share)
