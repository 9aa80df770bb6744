"""What a run prints: the tier table of each list, the ledger, and where the files are."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.console import Group
from rich.text import Text

from rfm_engine.cli.display.results import list_files
from rfm_engine.cli.display.terminal import console
from rfm_engine.cli.display.tier_tables import render_tiers
from rfm_engine.findings import without_accepted
from rfm_engine.grading.summary import pluralize

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable
    from pathlib import Path

    from rfm_engine.config.job import Job
    from rfm_engine.findings import Finding
    from rfm_engine.orders.ledger import Ledger
    from rfm_engine.pipeline import Run

WARNINGS = {
    "rounded": "amounts rounded to whole fen",
    "repeats_without_order_id": "rows that repeat an earlier one, kept as there are no order ids",
    "customers_without_order": "customers with refunds alone, not graded",
}


def show_run(run: Run, job: Job, folder: Path) -> None:
    """Print one finished dataset; nothing is cut short where the terminal is narrow."""
    terminal, dataset = console(), job.dataset
    window = f"from {dataset.since} to {dataset.as_of}" if dataset.since else f"up to {dataset.as_of}"
    rules = f"scheme {job.rules.scheme.name}, tiers {job.rules.tiers.name}"
    lines = (
        Text(),
        Text(dataset.title or dataset.name, style="bold"),
        Text(f"orders {window}, {rules}", style="dim"),
        render_tiers(run, terminal.width),
        render_ledger(run.ledger),
        *render_notes(run.ledger, dormant_are_listed=dataset.dormant),
        *render_refit(run.refit_differences),
        *finding_lines(run.findings, dataset.accept),
        *([] if run.state is None else [Text(str(run.state))]),
        Text.assemble("files: ", (f"{folder}/", "bold"), f" {list_files(folder)}"),
    )
    terminal.print(Group(*lines), soft_wrap=True)


def render_refit(differences: int | None) -> list[Text]:
    """Return how many customers a refit would grade otherwise, where cut points are frozen."""
    words = f"frozen cut points: a refit would grade {pluralize(differences or 0, 'customer')} otherwise"
    return [] if differences is None else [Text(words)]


def render_notes(ledger: Ledger, *, dormant_are_listed: bool) -> list[Text]:
    """Return a line for each thing that the ledger's sum does not show."""
    lines = [f"{words}: {count:,}" for name, words in WARNINGS.items() if (count := getattr(ledger, name))]
    if dormant := ledger.customers_before_window:
        words = "listed with the lowest scores" if dormant_are_listed else "not listed; --dormant lists them"
        lines.append(f"{pluralize(dormant, 'customer')} without an order in the window, with orders before it; {words}")
    return [Text(f"note: {words}", style="yellow") for words in (*lines, *ledger.unmatched)]


def finding_lines(findings: Iterable[Finding], accepted: Collection[str]) -> list[Text]:
    """Return a line for each finding that is not accepted; it begins with the code."""
    return [Text(str(finding), style="yellow") for finding in without_accepted(findings, accepted)]


def render_ledger(ledger: Ledger) -> Text:
    """Return the ledger as one sum, without the terms that are 0."""
    return Text(f"ledger: {ledger}")
