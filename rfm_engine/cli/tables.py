"""What a run prints: the tier table of each list, the ledger, and where the files are."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal
from typing import TYPE_CHECKING, Any, cast

import polars as pl
from rich.console import Console
from rich.table import Table
from rich.text import Text

from rfm_engine.columns import FREQUENCY, ORDER_AMOUNT, ORDER_TIME, TIER, Metric
from rfm_engine.errors import printable
from rfm_engine.limits import allowed
from rfm_engine.presenting import tier_table

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from rich.console import ConsoleOptions, RenderableType
    from rich.segment import Segment

    from rfm_engine.dataset import Job
    from rfm_engine.ledger import Ledger
    from rfm_engine.pipeline import Inspected, Run

MOST_LISTS = 40
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


class Harmless(Console):
    """A terminal that shows control signs of order files and dataset files instead of obeying them."""

    def render(self, renderable: RenderableType, options: ConsoleOptions | None = None) -> Iterator[Segment]:
        """Yield the segments with their text in signs that can be seen."""
        for segment in super().render(renderable, options):
            yield segment if segment.control else segment._replace(text=printable(segment.text))


def console() -> Console:
    """Return the terminal, or plain text of a readable width where the output is piped."""
    terminal = Harmless(highlight=False)
    return terminal if terminal.is_terminal else Harmless(highlight=False, width=120, soft_wrap=False)


def show_run(run: Run, job: Job, folder: Path) -> None:
    """Print one finished dataset."""
    terminal, dataset = console(), job.dataset
    window = f"from {dataset.since} to {dataset.as_of}" if dataset.since else f"up to {dataset.as_of}"
    terminal.print()
    terminal.print(Text(dataset.title or dataset.name, style="bold"))
    scheme, tiers = job.rules.scheme.name, job.rules.tiers.name
    terminal.print(f"orders {window}, scheme {scheme}, tiers {tiers}", style="dim")
    terminal.print(tiers_shown(run))
    terminal.print(ledger_told(run.ledger), soft_wrap=True)
    _show_notes(terminal, run.ledger)
    terminal.print(Text.assemble("files: ", (f"{folder}/", "bold"), f" {files_told(folder)}"), soft_wrap=True)


def show_check(seen: Inspected, job: Job) -> None:
    """Print what was understood of one dataset's orders."""
    terminal, dataset = console(), job.dataset
    terminal.print()
    terminal.print(Text(dataset.title or dataset.name, style="bold"))
    for paths, columns in understood(seen, dataset.unit).items():
        terminal.print(paths[0] + (f" and {len(paths) - 1} more like it" if len(paths) > 1 else ""), markup=False)
        table = Table(box=None, pad_edge=False, padding=(0, 2), header_style="dim")
        for head in ("  column", "header", "type", "read as"):
            table.add_column(head)
        for name, *cells in columns:
            table.add_row(f"  {name}", *map(Text, cells))
        terminal.print(table)
    terminal.print(
        f"window: {dataset.since or 'the beginning'} to {dataset.as_of}, lists by {', '.join(seen.by) or 'none'}"
    )
    terminal.print(ledger_told(seen.ledger), soft_wrap=True)
    if dataset.max_rejects is not None:
        rejected = sum(seen.ledger.rejected.values())
        terminal.print(f"rejects: {rejected:,}, of {int(allowed(seen.ledger.read, dataset.max_rejects)):,} allowed")
    _show_notes(terminal, seen.ledger)
    for words in tie_masses(seen.metrics):
        terminal.print(f"note: {words}", style="yellow", soft_wrap=True)
    policy, scheme = job.rules.tiers.name, job.rules.scheme.name
    terminal.print(f"tier policy {policy}: every score that {scheme} can give has exactly one tier")


def understood(seen: Inspected, unit: str) -> dict[tuple[str, ...], tuple[tuple[str, ...], ...]]:
    """Return (column, header, type, what it is read as) for each set of files in which these are the same."""
    meanings = {ORDER_AMOUNT: f"amount in {unit.replace('_', ' ')}", ORDER_TIME: "time"}
    files: dict[tuple[tuple[str, ...], ...], list[str]] = {}
    for path, mapping in seen.source.mapping.items():
        dtypes = seen.source.dtypes[path]
        columns = (
            (name, repr(header)[1:-1], dtypes.get(name, ""), meanings.get(name, "text"))
            for name, header in mapping.items()
        )
        files.setdefault(tuple(columns), []).append(path)
    return {tuple(paths): columns for columns, paths in files.items()}


def files_told(folder: Path) -> str:
    """Return the files of a run by name, those of each list's folder once with their number."""
    found = Counter(path.name for path in folder.rglob("*") if path.is_file())
    own = {path.name for path in folder.iterdir()}
    return ", ".join(name if name in own else f"{name} in {found[name]} folders" for name in sorted(found))


def tie_masses(customers: pl.DataFrame) -> list[str]:
    """Return a sentence for each metric in which half of the customers or more share one value."""
    graded = customers.filter(pl.col(FREQUENCY) > 0)
    found = []
    for metric in Metric:
        value, mass = graded[metric.column].value_counts(sort=True).sort("count", metric.column, descending=True).row(0)
        if 2 * mass >= graded.height:
            shown = VALUES[metric].format(Decimal(value).scaleb(-2) if metric is Metric.MONETARY else value)
            share = f"{100 * mass / graded.height:.0f} %"
            found.append(f"{share} of the customers have {shown}, so {metric.letter} cannot tell them apart")
    return found


def _show_notes(terminal: Console, ledger: Ledger) -> None:
    for name, words in WARNINGS.items():
        if count := getattr(ledger, name):
            terminal.print(f"note: {words}: {count:,}", style="yellow", soft_wrap=True)
    for words in ledger.unmatched:
        terminal.print(Text(f"note: {words}", style="yellow"), soft_wrap=True)


def tiers_shown(run: Run) -> Table:
    """Return the tier table: a block for each list, a row for each tier."""
    table = Table(box=None, pad_edge=False, header_style="bold", show_edge=False)
    for name in run.by:
        table.add_column(Text(printable(name.replace("_", " "))), overflow="fold")
    for name in ("tier", "customers", "share", "orders", "spend (yuan)", "contacts a month"):
        table.add_column(name, justify="left" if name == "tier" else "right", no_wrap=True)
    counted = tier_table(run.graded, run.by).collect()
    lists = counted.partition_by(list(run.by), maintain_order=True) if run.by else [counted]
    for part in lists[:MOST_LISTS]:
        for position, row in enumerate(_with_absent_tiers(part, run.by)):
            table.add_row(*_cells(row, run.by, int(part["customers"].sum()), first=position == 0))
    if len(lists) > MOST_LISTS:
        table.add_row(f"... and {len(lists) - MOST_LISTS} more lists")
    return table


def _with_absent_tiers(part: pl.DataFrame, by: Sequence[str]) -> list[dict[str, Any]]:
    """Return a list's rows, one for each tier of the policy, so that an empty tier shows as 0."""
    found = {row[TIER]: row for row in part.to_dicts()}
    lead = {name: part[name][0] for name in by}
    empty = {"customers": 0, "orders": 0, "spend": 0, "contacts_a_month_min": None, "contacts_a_month_max": None}
    return [found.get(tier, lead | empty | {TIER: tier}) for tier in cast("pl.Enum", part.schema[TIER]).categories]


def _cells(row: dict[str, Any], by: Sequence[str], customers: int, *, first: bool) -> list[Text]:
    lead = [Text(printable(str(row[name])) if first else "") for name in by]
    tier = Text(str(row[TIER]), style="bold")
    share = f"{100 * row['customers'] / customers:.1f} %"
    figures = (f"{row['customers']:,}", share, f"{row['orders']:,}", money(row["spend"]), contacts(row))
    return [*lead, tier, *map(Text, figures)]


def money(yuan: Decimal | int) -> str:
    """Return yuan with thousands separators and two decimals."""
    return f"{yuan:,.2f}"


def contacts(row: dict[str, Any]) -> str:
    """Return how many contacts a month a tier asks for, from and to; a dash where it asks for none."""
    few, many = row["contacts_a_month_min"], row["contacts_a_month_max"]
    if few is None:
        return "-"
    return f"{few:,.1f}" if few == many else f"{few:,.1f} - {many:,.1f}"


def ledger_told(ledger: Ledger) -> Text:
    """Return the ledger as one sum, without the terms that are 0."""
    return Text(f"ledger: {ledger}")
