"""What a run prints: the tier table of each list, the ledger, and where the files are."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal
from typing import TYPE_CHECKING

import polars as pl
from rich.console import Group
from rich.table import Table
from rich.text import Text

from rfm_engine.cli.display.terminal import console
from rfm_engine.cli.display.tier_tables import render_tiers
from rfm_engine.columns import FREQUENCY, ORDER_AMOUNT, ORDER_TIME, Metric
from rfm_engine.findings import without_accepted
from rfm_engine.grading.coverage import describe_proof
from rfm_engine.grading.summary import pluralize
from rfm_engine.orders.ledger import reject_allowance

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable
    from pathlib import Path

    from rfm_engine.config.job import Job
    from rfm_engine.customers.aggregate import Aggregated
    from rfm_engine.findings import Finding
    from rfm_engine.orders.ledger import Ledger
    from rfm_engine.pipeline import Run

VALUES = {
    Metric.RECENCY: "recency {:,} (days)",
    Metric.FREQUENCY: "frequency {:,}",
    Metric.MONETARY: "monetary {:,.2f}",
}

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
        *render_notes(run.ledger),
        *finding_lines(run.findings, dataset.accept),
        Text.assemble("files: ", (f"{folder}/", "bold"), f" {list_files(folder)}"),
    )
    terminal.print(Group(*lines), soft_wrap=True)


def show_check(seen: Aggregated, job: Job) -> None:
    """Print what was understood of one dataset's orders."""
    terminal, dataset = console(), job.dataset
    terminal.print()
    terminal.print(Text(dataset.title or dataset.name, style="bold"))
    for paths, columns in group_readings(seen, dataset.unit).items():
        terminal.print(paths[0] + (f" and {len(paths) - 1} more like it" if len(paths) > 1 else ""))
        table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="dim")
        for head in ("  column", "header", "type", "read as"):
            table.add_column(head, overflow="fold")
        for name, *cells in columns:
            table.add_row(f"  {name}", *map(Text, cells))
        terminal.print(table)
    terminal.print(
        f"window: {dataset.since or 'the beginning'} to {dataset.as_of}, lists by {', '.join(seen.by) or 'none'}"
    )
    terminal.print(render_ledger(seen.ledger), soft_wrap=True)
    if dataset.max_rejects is not None:
        rejected = sum(seen.ledger.rejected.values())
        terminal.print(
            f"rejects: {rejected:,}, of {int(reject_allowance(seen.ledger.read, dataset.max_rejects)):,} allowed"
        )
    for note in render_notes(seen.ledger):
        terminal.print(note, soft_wrap=True)
    for line in finding_lines(seen.findings, dataset.accept):
        terminal.print(line, soft_wrap=True)
    for words in describe_tie_masses(metrics_of(seen)):
        terminal.print(f"note: {words}", style="yellow", soft_wrap=True)
    proof = describe_proof(job.rules.tiers, job.rules.scheme)
    terminal.print(f"tier policy {job.rules.tiers.name}: {proof}", soft_wrap=True)


def group_readings(seen: Aggregated, unit: str) -> dict[tuple[str, ...], tuple[tuple[str, ...], ...]]:
    """Return (column, header, type, what it is read as) for each set of files in which these are the same."""
    meanings = {ORDER_AMOUNT: f"amount in {unit.replace('_', ' ')}", ORDER_TIME: "time"}
    files: dict[tuple[tuple[str, ...], ...], list[str]] = {}
    for path, mapping in seen.inputs.source.mapping.items():
        dtypes = seen.inputs.source.dtypes[path]
        columns = (
            (name, repr(header)[1:-1], dtypes.get(name, ""), meanings.get(name, "text"))
            for name, header in mapping.items()
        )
        files.setdefault(tuple(columns), []).append(path)
    return {tuple(paths): columns for columns, paths in files.items()}


def list_files(folder: Path) -> str:
    """Return the files of a run by name, those of each list's folder once with their number."""
    found = Counter(path.name for path in folder.rglob("*") if path.is_file())
    own = {path.name for path in folder.iterdir()}
    return ", ".join(name if name in own else f"{name} in {found[name]} folders" for name in sorted(found))


def metrics_of(seen: Aggregated) -> pl.DataFrame:
    """Return the three metrics of each customer."""
    names = [metric.column for metric in Metric]
    return pl.concat(part.select(names) for part in seen.parts).collect()


def describe_tie_masses(customers: pl.DataFrame) -> list[str]:
    """Return a sentence for each metric in which half of the customers or more share one value."""
    graded = customers.filter(pl.col(FREQUENCY) > 0)
    found = []
    for metric in Metric:
        value, mass = graded[metric.column].value_counts(sort=True).sort("count", metric.column, descending=True).row(0)
        if 2 * mass >= graded.height:
            shown = VALUES[metric].format(Decimal(value).scaleb(-2) if metric is Metric.MONETARY else value)
            share = f"{100 * mass / graded.height:.0f} %"
            found.append(f"{share} of the customers have {shown}, so {metric.letter} cannot distinguish them")
    return found


def render_notes(ledger: Ledger) -> list[Text]:
    """Return a line for each thing that the ledger's sum does not show."""
    lines = [f"{words}: {count:,}" for name, words in WARNINGS.items() if (count := getattr(ledger, name))]
    if dormant := ledger.customers_before_window:
        lines.append(f"{pluralize(dormant, 'customer')} without an order in the window, with orders before it")
    return [Text(f"note: {words}", style="yellow") for words in (*lines, *ledger.unmatched)]


def finding_lines(findings: Iterable[Finding], accepted: Collection[str]) -> list[Text]:
    """Return a line for each finding that is not accepted; it begins with the code."""
    return [Text(str(finding), style="yellow") for finding in without_accepted(findings, accepted)]


def render_ledger(ledger: Ledger) -> Text:
    """Return the ledger as one sum, without the terms that are 0."""
    return Text(f"ledger: {ledger}")
