"""What became of every row of the order files, and what was found about them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from rfm_engine.report.section import Section

if TYPE_CHECKING:
    from rfm_engine.report.facts import Facts
    from rfm_engine.report.words import Words

LAST_COLOUR: Final = 5
SUMS: Final = ("read", "used", "rejected")
"""Counts of the ledger that are no outcome of their own, or stand first."""


@dataclass(frozen=True)
class OrderFiles:
    """The rows read, (outcome in words, rows) that add up to them, notes in words, and findings."""

    read: int
    outcomes: list[tuple[str, int]]
    notes: list[str]
    findings: list[dict[str, Any]]

    def table(self, words: Words) -> list[list[str]]:
        """Return the ledger, one row an outcome."""
        return [[outcome, words.number(rows), words.share(rows, self.read)] for outcome, rows in self.outcomes]

    def finding_table(self, words: Words) -> list[list[str]]:
        """Return code and words of each finding."""
        found = [(str(one.get("code", "")), str(one.get("words", ""))) for one in self.findings]
        return [[code, words.shorten(words.finding(code, sentence), 600)] for code, sentence in found]

    def parts(self, words: Words) -> list[tuple[str, int, str]]:
        """Return the outcomes as parts of a bar."""
        return [
            (f"o{min(place, LAST_COLOUR)}", rows, words.number(rows)) for place, (_, rows) in enumerate(self.outcomes)
        ]

    def summary(self, words: Words) -> str:
        """Return the outcomes in one line."""
        return "; ".join(f"{outcome} {words.number(rows)}" for outcome, rows in self.outcomes)


def make_files(facts: Facts, words: Words) -> Section:
    """Return the ledger of the run; findings that were accepted are left out."""
    ledger = facts.record.ledger
    outcomes = [(words("files.used"), ledger["used"])]
    outcomes += [
        (_name(name, words), rows)
        for name, rows in (ledger | ledger.get("left_out", {})).items()
        if isinstance(rows, int) and rows and name not in SUMS
    ]
    rejected = ledger.get("rejected_by_reason", {})
    outcomes += [(words("files.rejected", reason=_translate(reason, words)), rows) for reason, rows in rejected.items()]
    warnings = ledger.get("warnings", {})
    counts = {name: count for name, count in warnings.items() if isinstance(count, int) and count}
    notes = [words(f"files.note.{name}", n=words.number(count)) for name, count in counts.items()]
    notes += map(words.describe_unmatched, warnings.get("unmatched", ()))
    findings = [finding for finding in facts.record.findings if not finding.get("accepted")]
    headline = _headline(words, sum(rejected.values()), len(findings))
    return Section("files", headline, OrderFiles(ledger["read"], outcomes, notes, findings))


def _headline(words: Words, rejected: int, findings: int) -> str:
    if rejected:
        return words("files.head", n=words.number(rejected))
    return words("files.head_findings", n=words.number(findings)) if findings else words("files.head_none")


def _name(outcome: str, words: Words) -> str:
    """Return an outcome of a row in words."""
    return words.of_data(outcome.replace("_", " "))


def _translate(reason: str, words: Words) -> str:
    """Return a reason such as `order_amount: missing`, whose first part is a header of the file."""
    header, between, fault = reason.rpartition(": ")
    return f"{header}{words('page.colon') if between else ''}{words.of_data(fault)}"
