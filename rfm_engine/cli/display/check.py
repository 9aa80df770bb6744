"""What `check` prints: how each file is read, what stands in its columns, the ledger, and what is proved."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Final

import polars as pl
from rich.table import Table
from rich.text import Text

from rfm_engine.cli.display.render import finding_lines, render_ledger, render_notes
from rfm_engine.cli.display.terminal import console
from rfm_engine.columns import FREQUENCY, Metric
from rfm_engine.drafts.file_readings import Understanding, group_files
from rfm_engine.findings import shorten
from rfm_engine.grading.coverage import describe_proof
from rfm_engine.grading.summary import format_money, format_sum, pluralize
from rfm_engine.orders.ledger import reject_allowance
from rfm_engine.vocabulary.currencies import CENTS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from rfm_engine.config.job import Job
    from rfm_engine.customers.aggregate import Aggregated
    from rfm_engine.orders.survey import IdSurvey, StatusCount

VALUES: Final = {
    Metric.RECENCY: "recency {:,} (days)",
    Metric.FREQUENCY: "frequency {:,}",
    Metric.MONETARY: "monetary {}",
}
MOST_LISTED: Final = 20


def show_check(seen: Aggregated, job: Job) -> None:
    """Print what was understood of one dataset's orders."""
    terminal, dataset = console(), job.dataset
    terminal.print()
    terminal.print(Text(dataset.title or dataset.name, style="bold"))
    for line in (*_render_files(seen), *_render_rules(seen, job), *_render_survey(seen)):
        terminal.print(line, soft_wrap=isinstance(line, Text))
    terminal.print(render_ledger(seen.ledger), soft_wrap=True)
    if dataset.max_rejects is not None:
        rejected = sum(seen.ledger.rejected.values())
        terminal.print(
            f"rejects: {rejected:,}, of {int(reject_allowance(seen.ledger.read, dataset.max_rejects)):,} allowed"
        )
    for note in (
        *render_notes(seen.ledger, dormant_are_listed=dataset.dormant),
        *finding_lines(seen.findings, dataset.accept),
    ):
        terminal.print(note, soft_wrap=True)
    for words in describe_tie_masses(metrics_of(seen), seen.currency, seen.decimals):
        terminal.print(f"note: {words}", style="yellow", soft_wrap=True)
    proof = describe_proof(job.rules.tiers, job.rules.scheme)
    terminal.print(f"tier policy {job.rules.tiers.name}: {proof}", soft_wrap=True)


def _render_files(seen: Aggregated) -> Iterator[Table | Text]:
    for understanding, paths in group_files(seen.inputs.source).items():
        yield Text(paths[0] + (f" and {len(paths) - 1} more like it" if len(paths) > 1 else ""))
        yield from _render_understanding(understanding)


def _render_understanding(understanding: Understanding) -> Iterator[Table | Text]:
    """Yield the tables of readings and columns, and the headers that nothing reads."""
    if understanding.readings:
        rows = ((one.name, one.value, one.origin) for one in understanding.readings)
        yield _tabulate(("reading", "value", "from"), rows)
    columns = ((one.column, repr(one.header)[1:-1], one.type, one.origin) for one in understanding.columns)
    yield _tabulate(("column", "header", "type", "from"), columns)
    if unread := understanding.unread:
        more = f" and {len(unread) - MOST_LISTED} more" if len(unread) > MOST_LISTED else ""
        yield Text(f"  headers that nothing reads: {', '.join(map(repr, unread[:MOST_LISTED]))}{more}")


def _tabulate(heads: Iterable[str], rows: Iterable[tuple[str, ...]]) -> Table:
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="dim")
    first, *others = heads
    for head in (f"  {first}", *others):
        table.add_column(head, overflow="fold")
    for name, *cells in rows:
        table.add_row(Text(f"  {name}"), *map(Text, cells))
    return table


def _render_rules(seen: Aggregated, job: Job) -> Iterator[Text]:
    dataset, source, kept = job.dataset, seen.inputs.source.source, seen.rules.keep_status
    grain = f"each row is a{'n order' if seen.rules.grain == 'order' else f' {seen.rules.grain}'}"
    by_source = {"grain"} | ({"keep_status"} if kept is not None else set()) if source is not None else set()
    counted = "those of its order source in each file" if _differ(seen) else "all"
    for key, words in (
        ("grain", f"grain: {grain}"),
        ("keep_status", f"statuses that count: {counted if kept is None else ', '.join(kept)}"),
        ("refunds", f"amounts of 0 or less: {seen.rules.refunds}"),
    ):
        origin = "by the order source" if key in by_source else "default"
        yield Text(f"{words} ({'given' if key in dataset.model_fields_set else origin})")
    yield Text(
        f"window: {dataset.since or 'the beginning'} to {dataset.as_of}, lists by {', '.join(seen.by) or 'none'}"
    )


def _differ(seen: Aggregated) -> bool:
    """Return whether files of several order sources count statuses of their own."""
    source = seen.inputs.source
    return source.source is None and any(one is not None and one.statuses for one in source.sources.values())


def _render_survey(seen: Aggregated) -> Iterator[Table | Text]:
    if seen.survey is None:
        return
    if seen.survey.statuses:
        yield _render_statuses(seen, seen.survey.statuses)
    for ids in seen.survey.ids:
        yield Text(_describe_ids(ids))


def _render_statuses(seen: Aggregated, statuses: tuple[StatusCount, ...]) -> Table:
    rows = (
        (
            shorten(one.status) if one.status else "none",
            f"{one.rows:,}",
            format_sum(one.sum_fen, seen.currency, seen.decimals),
            "yes" if one.counts else "no",
            one.meaning or "",
        )
        for one in statuses[:MOST_LISTED]
    )
    return _tabulate(("order status", "rows", "sum", "counts", "its word means"), rows)


def _describe_ids(ids: IdSurvey) -> str:
    different = sum(one.different for one in ids.shapes)
    shapes = ", ".join(f"{one.different:,} of {one.shape} such as {shorten(one.sample)!r}" for one in ids.shapes)
    more = f", {ids.repeated:,} in several rows" if ids.repeated else ""
    none = f"; {pluralize(ids.missing, 'row')} without one" if ids.missing else ""
    return f"{ids.column}: {different:,} different{more} ({shapes or 'none'}){none}"


def metrics_of(seen: Aggregated) -> pl.DataFrame:
    """Return the three metrics of each customer."""
    names = [metric.column for metric in Metric]
    return pl.concat(part.select(names) for part in seen.parts).collect()


def describe_tie_masses(customers: pl.DataFrame, currency: str | None = None, decimals: int = CENTS) -> list[str]:
    """Return a sentence for each metric in which half of the customers or more share one value."""
    graded = customers.filter(pl.col(FREQUENCY) > 0)
    found = []
    for metric in Metric:
        value, mass = graded[metric.column].value_counts(sort=True).sort("count", metric.column, descending=True).row(0)
        if 2 * mass >= graded.height:
            money = format_money(Decimal(value).scaleb(-decimals), currency)
            shown = VALUES[metric].format(money if metric is Metric.MONETARY else value)
            share = f"{100 * mass / graded.height:.0f} %"
            found.append(f"{share} of the customers have {shown}, so {metric.letter} cannot distinguish them")
    return found
