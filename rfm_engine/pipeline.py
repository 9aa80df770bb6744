"""The whole product on one page: order files, orders, customers, scored, graded."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, TypeVar

import polars as pl

from rfm_engine.columns import CUSTOMER_ID, FREQUENCY, Metric
from rfm_engine.config.private_columns import refuse_shared_headers
from rfm_engine.customers.aggregate import (
    Aggregated,
    Batch,
    aggregate,
    explain_passes,
    find_late_padding,
    find_shortcuts,
)
from rfm_engine.customers.batches import split_lists, spool
from rfm_engine.customers.conflicts import find_conflicts
from rfm_engine.customers.counted_ledger import read_ledger
from rfm_engine.customers.dormant import add_dormant, count_dormant, list_dormant
from rfm_engine.customers.merged_orders import count_rounded, merge_rows
from rfm_engine.customers.table_files import read_customer_files
from rfm_engine.findings import Finding, refuse_findings
from rfm_engine.grading.coverage import choose_proof, prove_coverage
from rfm_engine.grading.grade import count_refit_differences, grade_lists
from rfm_engine.grading.published import publish
from rfm_engine.grading.summary import observe_cut_points, summarize_tiers
from rfm_engine.orders.cache import Inputs, OrderCache
from rfm_engine.orders.ledger import REJECT_SCHEMA, Ledger, Tally, reconcile, refuse_rejects
from rfm_engine.orders.order_ids.duplicates import find_duplicates
from rfm_engine.orders.padding import find_early_padding
from rfm_engine.orders.questions import question_rejects
from rfm_engine.orders.readers.diagnosis import diagnose
from rfm_engine.orders.staging import order_set
from rfm_engine.orders.survey import survey_orders
from rfm_engine.preparation import follow_source, prepare_orders
from rfm_engine.privacy import MASK, drop_private_columns, mask_errors, mask_values, pseudonymize
from rfm_engine.review import Reviewed, no_orders_error, review
from rfm_engine.review.scientific_ids import find_scientific_ids, refuse_scientific_ids
from rfm_engine.system.spill import reports_full_spill_folder
from rfm_engine.system.stage_timer import StageTimer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from pathlib import Path

    from rfm_engine.config.job import Job
    from rfm_engine.orders.cache import CachedOrders, OrderSource
    from rfm_engine.orders.order_ids.duplicates import Duplicates
    from rfm_engine.orders.reading import Orders
    from rfm_engine.orders.staging import OrderSet
    from rfm_engine.orders.survey import Survey
    from rfm_engine.state.keeping import StateUse

    Keep = Callable[[OrderSet, Duplicates, Orders, Aggregated], None]

Result = TypeVar("Result")


@dataclass(frozen=True, kw_only=True)
class Run:
    """A finished run: graded customers as published, the ledger, the rejects, the cut points observed.

    `customers` are in memory, or on disk where those of all lists would not fit. `tiers` is their tier table.
    `refit_differences` are the customers whom cut points fitted anew would grade otherwise, where these are frozen.
    """

    customers: pl.LazyFrame
    tiers: pl.DataFrame
    by: tuple[str, ...]
    ledger: Ledger
    rejects: pl.DataFrame
    spans: Mapping[str, pl.DataFrame]
    inputs: Inputs
    seconds: dict[str, float]
    currency: str | None = None
    findings: tuple[Finding, ...] = ()
    state: StateUse | None = None
    refit_differences: int | None = None


@dataclass(frozen=True, kw_only=True)
class GradedBatch:
    """Graded customers of some lists as published, and the values that got each score."""

    customers: pl.LazyFrame
    spans: dict[str, pl.DataFrame]
    refit_differences: int | None


def _with_clear_errors(step: Callable[..., Result]) -> Callable[..., Result]:
    """Decorate a step on a job: a full spill folder is named, and a private dataset's errors show no customer data."""
    return mask_errors(reports_full_spill_folder()(step))


@_with_clear_errors
def run(job: Job, cache: OrderSource | None = None, clock: StageTimer | None = None) -> Run:
    """Read, clean, aggregate, score and grade one dataset; the cache has the orders that it shares with others.

    Raises:
        DatasetError: The policy does not give every possible score one tier; no row has been read then.
        DataError: The orders cannot be used.
        PluginError: A scheme or policy broke its promise.
    """
    clock = clock or StageTimer()
    if job.state is None:
        return _grade(_aggregate_files(job, cache or OrderCache(), clock), job, clock)
    aggregated, state = _aggregate_with_state(job, job.state, cache or OrderCache(), clock)
    return replace(_grade(aggregated, job, clock), state=state)


@_with_clear_errors
def inspect(job: Job, cache: OrderSource | None = None, clock: StageTimer | None = None) -> Aggregated:
    """Read, clean, survey and aggregate one dataset, and prove its policy, on the customers where need be.

    Raises:
        DatasetError, DataError, PluginError: As `run`.
    """
    aggregated = _aggregate_files(job, cache or OrderCache(), clock or StageTimer(), is_surveyed=True)
    if choose_proof(job.rules.tiers, job.rules.scheme) == "customers":
        for part in aggregated.parts:
            grade_lists(part.collect(), job.rules, aggregated.by)
    return aggregated


def plans(job: Job) -> dict[str, str]:
    """Return the optimised plans of the passes over a dataset's orders, by what they find out; none is run."""
    if job.dataset.customers:
        return {}
    with OrderCache().orders_for(job) as cached:
        return explain_passes(order_set(cached.rows, job.rules))


def _aggregate_with_state(job: Job, folder: Path, cache: OrderSource, clock: StageTimer) -> tuple[Aggregated, StateUse]:
    """Return what the folder of the state answers, else what all orders do; and what is kept for the next run."""
    from rfm_engine.state.folder import refuse_foreign_state, refuse_inner_state  # noqa: PLC0415 a run without a state needs none of it
    from rfm_engine.state.keeping import StateUse, recall  # noqa: PLC0415 a run without a state needs none of it
    from rfm_engine.state.memo import UnusableStateError  # noqa: PLC0415 a run without a state needs none of it

    prove_coverage(job.rules.tiers, job.rules.scheme, job.rules.weights)
    refuse_foreign_state(folder)
    refuse_inner_state(folder, job.paths)
    try:
        aggregated, state = recall(job, folder)
    except UnusableStateError as error:
        use = StateUse(folder=folder, why_not=str(error), read_anew=tuple(path.as_posix() for path in job.paths))
    else:
        clock.lap("refresh")
        return _check(aggregated, job), state
    kept: list[StateUse] = []
    return _aggregate_files(job, cache, clock, lambda *found: kept.append(use.observe(job, *found))), kept[0]


def _aggregate_files(
    job: Job, cache: OrderSource, clock: StageTimer, keep: Keep | None = None, *, is_surveyed: bool = False
) -> Aggregated:
    prove_coverage(job.rules.tiers, job.rules.scheme, job.rules.weights)
    try:
        if job.dataset.customers:
            return _read_customers(job, clock)
        with cache.orders_for(job) as cached:
            clock.lap("read")
            aggregated = _aggregate(cached, job, clock, keep, is_surveyed=is_surveyed)
    except (pl.exceptions.PolarsError, pl.exceptions.PanicException, OSError) as error:
        raise diagnose(error, job.files) from error
    return _check(aggregated, job)


def _check(aggregated: Aggregated, job: Job) -> Aggregated:
    refuse_rejects(aggregated.ledger, job.dataset.max_rejects)
    if not aggregated.parts:
        raise no_orders_error(
            aggregated.ledger, aggregated.rejects, next(iter(aggregated.inputs.source.mapping.values()))
        )
    if job.dataset.strict:
        refuse_findings(aggregated.findings, job.dataset.accept)
    return aggregated


def _aggregate(
    cached: CachedOrders, job: Job, clock: StageTimer, keep: Keep | None = None, *, is_surveyed: bool
) -> Aggregated:
    refuse_shared_headers(cached.source.mapping, job.dataset)
    requested = follow_source(cached.rows, job.rules, cached.source, job.dataset.model_fields_set)
    if not cached.source.is_trimmed and find_early_padding(cached.rows, requested):
        cached = cached.trim()
    source = cached.source
    prepared = prepare_orders(cached.rows, requested, is_text=source.is_text, copies=source.copies)
    rows = order_set(*prepared, may_be_padded=not source.is_trimmed)
    cut_ids = [*find_scientific_ids(rows.rows, is_text=source.is_text)]
    refuse_scientific_ids(cut_ids, job.dataset.accept)
    repeated = find_duplicates(rows)
    if repeated.has_padding:
        return _aggregate(cached.trim(), job, clock, keep, is_surveyed=is_surveyed)
    conflicts = find_conflicts(rows, repeated)
    orders, duplicates = merge_rows(rows, repeated)
    shortcuts = find_shortcuts(orders, duplicates)
    clock.lap("clean")
    batched_lists = split_lists(rows)
    batches = [
        _spool(aggregate(orders, duplicates, shortcuts, lists, clock), alone=len(batched_lists) == 1)
        for lists in batched_lists
    ]
    tally = sum((batch.tally for batch in batches), Tally())
    if find_late_padding(rows, repeated, tally):
        return _aggregate(cached.trim(), job, clock, keep, is_surveyed=is_surveyed)
    found = [batch.customers for batch in batches]
    parts = _without_empty(found)
    ledger, rejects = reconcile(rows, repeated, tally, next(iter(source.mapping.values())), count_rounded(orders))
    question_rejects(rejects, source.interpretations)
    reviewed = Reviewed(
        source=source,
        orders=rows.rows,
        requested=requested,
        rules=rows.rules,
        by=rows.by,
        parts=parts,
        repeated_ids=repeated.suspect_hashes,
        conflicts=str(conflicts or ""),
        declared=job.dataset.model_fields_set,
    )
    findings = (*source.findings, *cut_ids, *review(reviewed))
    dormant = list_dormant(rows, pl.concat(parts)) if rows.rules.dormant and parts else None
    is_cut = bool(ledger.outside_window and parts)
    sleepers = dormant.height if dormant is not None else count_dormant(rows, pl.concat(parts)) if is_cut else 0
    aggregated = Aggregated(
        parts=parts if dormant is None else _without_empty(add_dormant(found, dormant, rows.by, batched_lists)),
        by=rows.by,
        ledger=replace(ledger, customers_before_window=sleepers),
        rejects=rejects,
        inputs=cached.describe_inputs(),
        rules=requested,
        currency=rows.rules.currency,
        findings=tuple(finding.mask_samples(MASK) for finding in findings) if job.dataset.is_private else findings,
        survey=_survey(rows, job) if is_surveyed else None,
    )
    clock.lap("ledger")
    if keep is not None:
        keep(rows, repeated, source, aggregated)
        clock.lap("keep")
    return aggregated


def _survey(rows: OrderSet, job: Job) -> Survey:
    survey = survey_orders(rows.rows, rows.rules)
    return survey.mask(MASK) if job.dataset.is_private else survey


def _without_empty(parts: Sequence[pl.LazyFrame]) -> list[pl.LazyFrame]:
    return [part for part in parts if not part.head(1).collect().is_empty()]


def _read_customers(job: Job, clock: StageTimer) -> Aggregated:
    """Read and check customers that were counted elsewhere, and their ledger; without one only they are counted."""
    with read_customer_files(job.files, job.rules) as (customers, by, source, fingerprints):
        inputs = Inputs(files=fingerprints.describe_inputs(), source=source)
    clock.lap("read")
    counted = Ledger(read=customers.height, used=customers.height, is_of_customers=True)
    return Aggregated(
        parts=[customers.lazy()],
        by=by,
        ledger=counted if job.ledger is None else read_ledger(job.ledger, int(customers[FREQUENCY].sum())),
        rejects=pl.DataFrame(schema=REJECT_SCHEMA),
        inputs=inputs,
        rules=job.rules,
        findings=source.findings,
    )


def _grade(aggregated: Aggregated, job: Job, clock: StageTimer) -> Run:
    by, has_room = aggregated.by, len(aggregated.parts) == 1
    batches = [_grade_batch(customers, by, job, clock, has_room=has_room) for customers in aggregated.parts]
    customers = pl.concat(batch.customers for batch in batches)
    spans = {metric.score: pl.concat(batch.spans[metric.score] for batch in batches) for metric in Metric}
    if not has_room and {*by} & {*job.dataset.pseudonymize}:  # tokens stand in another order than their lists
        customers = customers.sort(*by, CUSTOMER_ID)
        spans = {score: span.sort(*by, "score") for score, span in spans.items()}
    return Run(
        customers=customers,
        tiers=summarize_tiers(customers, by).collect(),
        by=by,
        ledger=aggregated.ledger,
        rejects=mask_values(aggregated.rejects, job.dataset),
        spans=spans,
        inputs=aggregated.inputs,
        seconds=clock.seconds,
        currency=aggregated.currency,
        findings=aggregated.findings,
        refit_differences=_add_known(batch.refit_differences for batch in batches),
    )


def _add_known(counts: Iterable[int | None]) -> int | None:
    known = [count for count in counts if count is not None]
    return sum(known) if known else None


def _grade_batch(
    part: pl.LazyFrame, by: tuple[str, ...], job: Job, clock: StageTimer, *, has_room: bool
) -> GradedBatch:
    clock.begin("score and grade")
    graded = grade_lists(pseudonymize(part.collect(), by, job), job.rules, by)
    clock.lap("score and grade")
    awake = graded.lazy().filter(pl.col(FREQUENCY) > 0) if job.rules.dormant else graded.lazy()
    observed = pl.collect_all(observe_cut_points(awake, by, metric.score, metric.column) for metric in Metric)
    by_text = [span.with_columns(pl.col(by).cast(pl.String)) for span in observed]
    spans = dict(zip((metric.score for metric in Metric), by_text, strict=True))
    whole = publish(graded.lazy(), by, job.rules.by, job.rules.carry)
    published = drop_private_columns(whole, job.dataset).collect().lazy()
    batch = GradedBatch(
        customers=published if has_room else spool(published),
        spans=spans,
        refit_differences=count_refit_differences(graded, job.rules, by),
    )
    clock.lap("present")
    return batch


def _spool(batch: Batch, *, alone: bool) -> Batch:
    return batch if alone else Batch(customers=spool(batch.customers), tally=batch.tally)
