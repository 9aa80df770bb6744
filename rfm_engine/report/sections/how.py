"""How the report was computed: window, rules, the values of each score, digests and versions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from rfm_engine.columns import FREQUENCY, MONETARY, RECENCY_DAYS
from rfm_engine.config.frozen import fitted_table
from rfm_engine.errors import DatasetError
from rfm_engine.grading.guard import guard_description
from rfm_engine.plugin_api import describe_options
from rfm_engine.report.bands import SCORE_OF, show_value
from rfm_engine.report.section import Section
from rfm_engine.report.sections.lists import BETWEEN, MOST_CHARTS

if TYPE_CHECKING:
    from rfm_engine.output.record import Record
    from rfm_engine.report.facts import Facts
    from rfm_engine.report.words import Words
    from rfm_engine.runs.finished import FinishedRun

WITHHELD = ("pseudonymize", "drop", "generalize")


@dataclass(frozen=True)
class Computation:
    """The record, and the values that got each score as (list, metric, score, least, greatest, customers)."""

    record: Record
    rules: list[tuple[str, str]]
    cuts: list[tuple[str, str, int, int, int, int]]

    def cut_heads(self, words: Words) -> list[str]:
        """Return the heads of the table of cut points."""
        names = ["page.list"] if self.record.lists_by else []
        names += ["page.score", "how.least", "how.greatest", "page.customers"]
        return list(map(words, names))

    def cut_table(self, words: Words) -> list[list[str]]:
        """Return the values that got each score, one row a (list, score)."""
        return [
            [
                *([words.shorten(name)] if self.record.lists_by else []),
                f"{SCORE_OF[metric][0].upper()} {score}",
                show_value(words, metric, least),
                show_value(words, metric, greatest),
                words.number(customers),
            ]
            for name, metric, score, least, greatest, customers in self.cuts
        ]

    def versions(self) -> str:
        """Return the versions of what made the run, in one line."""
        return ", ".join(f"{name} {version}" for name, version in self.record.versions.items())

    def file_table(self, words: Words) -> list[list[str]]:
        """Return name, size and digest of every file."""
        return [
            [words.shorten(one.file, 120), words.number(one.bytes), one.sha256]
            for one in (*self.record.inputs, *self.record.outputs)
        ]


def make_how(run: FinishedRun, facts: Facts, words: Words) -> Section:
    """Return the rules in force, in words.

    Raises:
        PluginError: The scheme or the policy fails to describe itself.
    """
    return Section("how", words("how.head"), Computation(facts.record, _list_rules(run, words), _cuts(facts)))


def _list_rules(run: FinishedRun, words: Words) -> list[tuple[str, str]]:
    record, dataset = run.record, run.record.dataset
    scheme, tiers = _describe_rules_of(run, words)
    total = " + ".join(f"{weight} {letter}" for weight, letter in zip(record.weights, "RFM", strict=True))
    rows = [
        (words("how.window"), describe_window(dataset, words)),
        (words("how.lists"), BETWEEN.join(map(words.column, record.lists_by)) or words("how.one_list")),
        (words("how.scheme"), scheme),
        (words("how.total"), total),
        (words("how.policy"), tiers),
    ]
    rows += [
        (words("how.private"), words(f"how.{key}", names=", ".join(map(words.column, dataset[key]))))
        for key in WITHHELD
        if dataset.get(key)
    ]
    return rows


def describe_window(dataset: dict[str, Any], words: Words) -> str:
    """Return the first and the last day of the window."""
    if dataset.get("since"):
        return words("how.to", since=dataset["since"], day=dataset["as_of"])
    return words("how.up_to", day=dataset["as_of"])


def _describe_rules_of(run: FinishedRun, words: Words) -> tuple[str, str]:
    """Return what the scheme and the policy say; name and options where they are not installed any more."""
    record = run.record
    try:
        rules = run.rules
    except DatasetError:
        tables = (fitted_table(record.scheme), record.tiers)
        scheme, tiers = (describe_options(str(table["name"]), table, words.language) for table in tables)
        return scheme, tiers
    return guard_description(rules.scheme, words.language), guard_description(rules.tiers, words.language)


def _cuts(facts: Facts) -> list[tuple[str, str, int, int, int, int]]:
    """Return the observed cut points, none where there are too many lists to read them."""
    by = facts.record.lists_by
    rows = [
        (BETWEEN.join(str(row[name]) for name in by), metric, row["score"], row["from"], row["to"], row["customers"])
        for metric in (RECENCY_DAYS, FREQUENCY, MONETARY)
        for row in facts.record.cut_points[SCORE_OF[metric]]
    ]
    return rows if facts.cube.select(facts.lists).n_unique() <= MOST_CHARTS or not by else []
