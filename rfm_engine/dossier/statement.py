"""The rules of a list in words and figures, made of its run's record alone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rfm_engine.columns import MONETARY
from rfm_engine.dossier.bands import OPTION_OF, fixed_bands, plain, rank_shares, tier_conditions, total_range
from rfm_engine.errors import DatasetError
from rfm_engine.grading.guard import guard_description
from rfm_engine.plugin_api import Metric, PluginBase
from rfm_engine.plugin_api.description import describe_options

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rfm_engine.output.record import Record
    from rfm_engine.report.words import Words
    from rfm_engine.rules import Rules
    from rfm_engine.runs.finished import FinishedRun

SEPARATORS = {"zh": "；", "en": "; "}


def find_rules(run: FinishedRun) -> Rules | None:
    """Return the rules of a run, None where its scheme or policy is not installed any more."""
    try:
        return run.rules
    except DatasetError:
        return None


def list_undescribed(rules: Rules | None) -> list[str]:
    """Return the names of the scheme and the policy that say nothing of themselves but their options."""
    if rules is None:
        return []
    own = [thing for thing in (rules.scheme, rules.tiers) if type(thing).describe is PluginBase.describe]
    return [thing.name for thing in own if not type(thing).__module__.startswith("rfm_engine.")]


def state_rules(run: FinishedRun, values: dict[str, str], name: str, words: Words) -> str:
    """Return the statement of a list: window, metrics, scores, total, tiers, and what was observed."""
    record, rules = run.record, find_rules(run)
    lines = [*_head(record, values, name, words), "", *_metrics(words), ""]
    lines += [*_scores(record, rules, values, words), "", *_total(record, words), "", *_tiers(record, rules, words)]
    return "\n".join(lines) + "\n"


def count_customers(record: Record, values: dict[str, str]) -> int:
    """Return how many customers a list has."""
    rows = (row for row in record.tier_counts if all(str(row[key]) == value for key, value in values.items()))
    return sum(row["customers"] for row in rows)


def _head(record: Record, values: dict[str, str], name: str, words: Words) -> Iterator[str]:
    dataset = record.dataset
    yield words("dossier.statement")
    yield ""
    yield words("dossier.of_list", list=name, title=dataset["title"] or dataset["name"])
    window = "how.to" if dataset["since"] else "how.up_to"
    yield words("dossier.window", window=words(window, since=dataset["since"], day=dataset["as_of"]))
    yield words("dossier.customers", n=words.number(count_customers(record, values)))


def _metrics(words: Words) -> Iterator[str]:
    yield words("dossier.metrics")
    for letter in "DSZ":
        yield words(f"dossier.{letter}")


def _scores(record: Record, rules: Rules | None, values: dict[str, str], words: Words) -> Iterator[str]:
    yield words("dossier.scores")
    yield _describe(record.scheme, rules.scheme if rules else None, words)
    between = SEPARATORS[words.language]
    for metric in Metric:
        if bands := fixed_bands(record.scheme, metric):
            scored = between.join(words("dossier.band", values=condition, score=score) for condition, score in bands)
            yield words("dossier.line", letter=metric.letter, text=scored)
    if isinstance(bins := record.scheme.get("bins"), int):
        shares = [words("dossier.band", values=share, score=score) for share, score in rank_shares(bins)]
        yield words("dossier.ranks", shares=between.join(shares))
    if "ties" in record.scheme:
        yield words("dossier.ties", ties=words(f"dossier.ties_{record.scheme['ties']}"))
    for metric in Metric:
        if not fixed_bands(record.scheme, metric):
            yield words(
                "dossier.observed", letter=metric.letter, text=between.join(_observe(record, values, metric, words))
            )


def _observe(record: Record, values: dict[str, str], metric: Metric, words: Words) -> Iterator[str]:
    """Yield the values that got each score in the list, best first as the record has them."""
    rows = [row for row in record.cut_points[metric.score] if all(str(row[k]) == v for k, v in values.items())]
    is_money = OPTION_OF[metric] == MONETARY
    show = words.plain_money if is_money else words.number
    for row in sorted(rows, key=lambda row: -row["score"]):
        shown = words.between(show(row["from"]), show(row["to"]))
        yield words("dossier.seen", values=shown, score=row["score"], n=words.number(row["customers"]))


def _total(record: Record, words: Words) -> Iterator[str]:
    yield words("dossier.total")
    weighed = "+".join(f"{plain(weight)}{letter}" for weight, letter in zip(record.weights, "RFM", strict=True))
    yield f"X={weighed}"


def _tiers(record: Record, rules: Rules | None, words: Words) -> Iterator[str]:
    yield words("dossier.tiers")
    yield _describe(record.tiers, rules.tiers if rules else None, words)
    conditions = tier_conditions(record.tiers, total_range(rules))
    for tier in record.tier_table:
        parts = [conditions.get(tier.name, ""), words.contacts(tier.contacts) if tier.contacts else ""]
        parts.append(words.of_data(tier.focus))
        yield words("dossier.line", letter=tier.name, text=SEPARATORS[words.language].join(filter(None, parts)))


def _describe(table: dict[str, Any], thing: PluginBase | None, words: Words) -> str:
    """Return what a scheme or policy says of itself; name and options where it is not installed any more."""
    if thing is None:
        return describe_options(str(table["name"]), table, words.language)
    return guard_description(thing, words.language)
