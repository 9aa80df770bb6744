"""The whole product on one page: order files, orders, customers, scored, graded."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, NamedTuple

import polars as pl

from rfm_engine.columns import CUSTOMER_ID, Metric
from rfm_engine.config.private_columns import refuse_shared_headers
from rfm_engine.customers.aggregate import Aggregation
from rfm_engine.customers.batches import spool
from rfm_engine.customers.dormant import find_dormant
from rfm_engine.customers.table_files import read_customer_files
from rfm_engine.findings import Finding, refuse_findings
from rfm_engine.grading.coverage import prove_coverage
from rfm_engine.grading.grade import grade_lists
from rfm_engine.grading.published import publish
from rfm_engine.grading.summary import observe_cut_points, summarize_tiers
from rfm_engine.orders.cache import OrderCache
from rfm_engine.orders.ledger import REJECT_SCHEMA, Ledger, refuse_rejects
from rfm_engine.orders.questions import question_rejects
from rfm_engine.orders.readers.diagnosis import diagnose
from rfm_engine.preparation import follow_source, prepare_orders
from rfm_engine.privacy import MASK, drop_private_columns, mask_errors, mask_values, pseudonymize
from rfm_engine.review import Reviewed, no_orders_error, review
from rfm_engine.review.scientific_ids import find_scientific_ids, refuse_scientific_ids
from rfm_engine.system.spill import reports_full_spill_folder
from rfm_engine.system.stage_timer import StageTimer

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from rfm_engine.config.job import Job
    from rfm_engine.orders.cache import OrderSource
    from rfm_engine.orders.reading import Orders
    from rfm_engine.rules import Rules


class Inspected(NamedTuple):
    """What is known before anybody is scored: customers with their metrics, the ledger, the rejects, the source.

    `parts` holds the customers of some lists after those of others; small sources have one part. `rules` are those of
    the job as the order source completes them.
    """

    parts: list[pl.LazyFrame]
    by: tuple[str, ...]
    ledger: Ledger
    rejects: pl.DataFrame
    source: Orders
    inputs: list[dict[str, Any]]
    rules: Rules
    findings: tuple[Finding, ...] = ()

    @property
    def metrics(self) -> pl.DataFrame:
        """The three metrics of each customer."""
        names = [metric.column for metric in Metric]
        return pl.concat(part.select(names) for part in self.parts).collect()


class Run(NamedTuple):
    """A finished run: graded customers as published, the ledger, the rejects, the cut points observed.

    `graded` is in memory, or on disk where the customers of all lists would not fit. `tiers` is its tier table.
    """

    graded: pl.LazyFrame
    tiers: pl.DataFrame
    by: tuple[str, ...]
    ledger: Ledger
    rejects: pl.DataFrame
    spans: dict[str, pl.DataFrame]
    source: Orders
    inputs: list[dict[str, Any]]
    seconds: dict[str, float]
    findings: tuple[Finding, ...] = ()

    @property
    def customers(self) -> pl.DataFrame:
        """The graded customers, in memory."""
        return self.graded.collect()


@mask_errors
@reports_full_spill_folder()
def run(job: Job, shelf: OrderSource | None = None, clock: StageTimer | None = None) -> Run:
    """Read, clean, aggregate, score and grade one dataset; the shelf has the orders that it shares with others.

    Raises:
        DatasetError: The policy does not give every possible score one tier; no row has been read then.
        DataError: The orders cannot be used.
        PluginError: A scheme or policy broke its promise.
    """
    clock = clock or StageTimer()
    seen = inspect(job, clock, shelf)
    spans: dict[str, list[pl.DataFrame]] = {metric.score: [] for metric in Metric}
    parts = spool(_finished(seen, job, spans, clock), alone=len(seen.parts) == 1)
    graded = pl.concat(parts)
    cuts = {score: pl.concat(found) for score, found in spans.items()}
    if seen.parts[1:] and {*seen.by} & {*job.dataset.pseudonymize}:
        graded = graded.sort(*seen.by, CUSTOMER_ID)  # the tokens of the lists stand in another order than the lists
        cuts = {score: found.sort(*seen.by, "score") for score, found in cuts.items()}
    rejected = mask_values(seen.rejects, job.dataset)
    tiers = summarize_tiers(graded, seen.by).collect()
    source, inputs, seconds = seen.source, seen.inputs, clock.seconds
    return Run(graded, tiers, seen.by, seen.ledger, rejected, cuts, source, inputs, seconds, seen.findings)


def _finished(
    seen: Inspected, job: Job, spans: dict[str, list[pl.DataFrame]], clock: StageTimer
) -> Iterator[pl.DataFrame]:
    """Yield the graded customers of each part as published, and put down at which values their scores change."""
    for part in seen.parts:
        clock.begin("score and grade")
        lists = grade_lists(pseudonymize(part.collect(), seen.by, job), job.rules, seen.by)
        clock.lap("score and grade")
        observed = (observe_cut_points(lists.lazy(), seen.by, metric.score, metric.column) for metric in Metric)
        for metric, found in zip(Metric, pl.collect_all(observed), strict=True):
            spans[metric.score].append(found.with_columns(pl.col(seen.by).cast(pl.String)))
        yield drop_private_columns(publish(lists.lazy(), seen.by, job.rules.by), job.dataset).collect()
        clock.lap("present")


@mask_errors
@reports_full_spill_folder()
def inspect(job: Job, clock: StageTimer | None = None, shelf: OrderSource | None = None) -> Inspected:
    """Read, clean and aggregate one dataset, and prove its policy; errors as `run`."""
    clock = clock or StageTimer()
    prove_coverage(job.rules.tiers, job.rules.scheme, job.rules.weights)
    if job.dataset.customers:
        return _inspect_customers(job, clock)
    try:
        with (shelf or OrderCache()).orders_for(job) as (source, read, files):
            refuse_shared_headers(source.mapping, job.dataset)
            clock.lap("read")
            requested = follow_source(read, job.rules, source, job.dataset.model_fields_set)
            orders, rules = prepare_orders(read, requested, is_text=source.is_text, copies=source.copies)
            cut_ids = [*find_scientific_ids(orders, is_text=source.is_text)]
            refuse_scientific_ids(cut_ids, job.dataset.accept)
            aggregation = Aggregation(orders, rules)
            alone = len(aggregation.batch_filters) == 1
            spooled = spool(aggregation.parts(clock), alone=alone)
            parts = [part for part in spooled if not part.head(1).collect().is_empty()]
            ledger, rejected = aggregation.ledger(next(iter(source.mapping.values())))
            question_rejects(rejected, source.interpretations)
            if ledger.outside_window and rules.since is not None and parts:
                dormant = find_dormant(orders, pl.concat(parts), rules, aggregation.by).select(pl.len()).collect()
                ledger = replace(ledger, customers_before_window=int(dormant.item()))
            findings = (*source.findings, *cut_ids, *review(_to_review(source, job, requested, aggregation, parts)))
            inputs = files.describe_inputs()
            clock.lap("ledger")
    except (pl.exceptions.PolarsError, pl.exceptions.PanicException, OSError) as error:
        raise diagnose(error, job.files) from error
    refuse_rejects(ledger, job.dataset.max_rejects)
    if not parts:
        raise no_orders_error(ledger, rejected)
    if job.dataset.is_private:
        findings = tuple(finding.masked(MASK) for finding in findings)
    if job.dataset.strict:
        refuse_findings(findings, job.dataset.accept)
    return Inspected(parts, aggregation.by, ledger, rejected, source, inputs, requested, findings)


def _inspect_customers(job: Job, clock: StageTimer) -> Inspected:
    """Read and check customers that were counted elsewhere; each row of theirs counts as one that was read and used."""
    try:
        with read_customer_files(job.files, job.rules) as (customers, by, source, files):
            inputs = files.describe_inputs()
    except (pl.exceptions.PolarsError, pl.exceptions.PanicException, OSError) as error:
        raise diagnose(error, job.files) from error
    clock.lap("read")
    ledger = Ledger(read=customers.height, used=customers.height)
    return Inspected(
        [customers.lazy()], by, ledger, pl.DataFrame(schema=REJECT_SCHEMA), source, inputs, job.rules, source.findings
    )


def _to_review(
    source: Orders, job: Job, requested: Rules, aggregation: Aggregation, parts: Sequence[pl.LazyFrame]
) -> Reviewed:
    return Reviewed(
        source=source,
        orders=aggregation.orders,
        requested=requested,
        rules=aggregation.rules,
        by=aggregation.by,
        parts=parts,
        repeated_ids=aggregation.suspect_hashes,
        conflicts=str(aggregation.conflicts or ""),
        declared=job.dataset.model_fields_set,
    )


def plans(job: Job) -> dict[str, str]:
    """Return the optimised plans of the passes over a dataset's orders, by what they find out; none is run."""
    if job.dataset.customers:
        return {}
    with OrderCache().orders_for(job) as (_, orders, _):
        return Aggregation(orders, job.rules).plans()
