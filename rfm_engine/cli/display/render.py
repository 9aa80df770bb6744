"""What a run prints: the tier table of each list, the ledger, and where the files are."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from rich.console import Group
from rich.text import Text

from rfm_engine.cli.display.results import list_files
from rfm_engine.cli.display.sentences import ENGLISH, Sentences
from rfm_engine.cli.display.terminal import console
from rfm_engine.cli.display.tier_tables import render_tiers
from rfm_engine.findings import without_accepted

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable
    from pathlib import Path

    from rfm_engine.config.job import Job
    from rfm_engine.findings import Finding
    from rfm_engine.orders.ledger import Ledger
    from rfm_engine.output.translation import Language
    from rfm_engine.pipeline import Run

WARNINGS: Final = {
    "rounded": "amounts rounded to whole fen: {n}",
    "repeats_without_order_id": "rows that repeat an earlier one, kept as there are no order ids: {n}",
    "customers_without_order": "customers with refunds alone, not graded: {n}",
}
COUNTED_ELSEWHERE: Final = (
    "ledger: {read} customers read; where the rows of their orders went is not known (--ledger FILE)"
)
DORMANT: Final = {
    True: "{customers} without an order in the window, with orders before it; listed with the lowest scores",
    False: "{customers} without an order in the window, with orders before it; not listed; --dormant lists them",
}


def show_run(run: Run, job: Job, folder: Path, language: Language) -> None:
    """Print one finished dataset in the language of its lists; nothing is cut short where the terminal is narrow."""
    terminal, dataset, say = console(), job.dataset, Sentences(language)
    names = {"scheme": say.word(job.rules.scheme.name), "tiers": say.word(job.rules.tiers.name)}
    lines = (
        Text(),
        Text(dataset.title or dataset.name, style="bold"),
        Text(say("{window}, scheme {scheme}, tiers {tiers}", window=_describe_window(job, say), **names), style="dim"),
        render_tiers(run, terminal.width, say),
        render_ledger(run.ledger, say),
        *render_notes(run.ledger, dormant_are_listed=dataset.dormant, say=say),
        *render_refit(run.refit_differences, say),
        *finding_lines(run.findings, dataset.accept, say),
        *([] if run.state is None else [Text(str(run.state))]),
        Text.assemble(say("files: "), (f"{folder}/", "bold"), f" {list_files(folder, say)}"),
    )
    terminal.print(Group(*lines), soft_wrap=True)


def _describe_window(job: Job, say: Sentences) -> str:
    dataset = job.dataset
    window = "orders from {since} to {as_of}" if dataset.since else "orders up to {as_of}"
    return say(window, since=dataset.since, as_of=dataset.as_of)


def render_refit(differences: int | None, say: Sentences = ENGLISH) -> list[Text]:
    """Return how many customers a refit would grade otherwise, where cut points are frozen."""
    words = "frozen cut points: a refit would grade {customers} otherwise"
    return [] if differences is None else [Text(say(words, customers=say.customers(differences)))]


def render_notes(ledger: Ledger, *, dormant_are_listed: bool, say: Sentences = ENGLISH) -> list[Text]:
    """Return a line for each thing that the ledger's sum does not show."""
    notes = [say(words, n=f"{count:,}") for name, words in WARNINGS.items() if (count := getattr(ledger, name))]
    if dormant := ledger.customers_before_window:
        notes.append(say(DORMANT[dormant_are_listed], customers=say.customers(dormant)))
    notes += map(say.unmatched_value, ledger.unmatched)
    return [Text(say("note: {note}", note=note), style="yellow") for note in notes]


def finding_lines(findings: Iterable[Finding], accepted: Collection[str], say: Sentences = ENGLISH) -> list[Text]:
    """Return a line for each finding that is not accepted; it begins with the code."""
    return [Text(say.finding(finding), style="yellow") for finding in without_accepted(findings, accepted)]


def render_ledger(ledger: Ledger, say: Sentences = ENGLISH) -> Text:
    """Return the ledger as one sum, without the terms that are 0."""
    read = f"{ledger.read:,}"
    if ledger.is_of_customers:
        return Text(say(COUNTED_ELSEWHERE, read=read))
    terms = [say("{n} {outcome}", n=f"{rows:,}", outcome=say.word(word)) for word, rows in ledger.outcomes.items()]
    terms += [
        say("{n} rejected ({reason})", n=f"{rows:,}", reason=say.reason(reason))
        for reason, rows in ledger.rejected.items()
    ]
    whole = "ledger: {read} row read = {terms}" if ledger.read == 1 else "ledger: {read} rows read = {terms}"
    return Text(say(whole, read=read, terms=" + ".join(terms)))
