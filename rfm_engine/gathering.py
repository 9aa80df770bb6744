"""Order files to customers: read, cleaned, aggregated, reviewed, with the ledger; the first half of a run."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Any, Generic, TypeVar

import polars as pl

from rfm_engine.columns import FREQUENCY
from rfm_engine.config.private_columns import refuse_shared_headers
from rfm_engine.customers.aggregate import Aggregated
from rfm_engine.customers.counted_rows import CountedRows, count_rows
from rfm_engine.customers.dormant import list_wanted, without_empty
from rfm_engine.errors import UsageError
from rfm_engine.findings import refuse_findings
from rfm_engine.grading.coverage import prove_coverage
from rfm_engine.orders.cache import Inputs
from rfm_engine.orders.ledger import Ledger, reconcile, refuse_rejects
from rfm_engine.orders.padding import find_early_padding, looks_at_all_texts
from rfm_engine.orders.rejects import REJECT_SCHEMA
from rfm_engine.orders.staging import order_set
from rfm_engine.orders.understanding.questions import question_rejects
from rfm_engine.preparation import follow_sources, prepare_orders
from rfm_engine.privacy import MASK
from rfm_engine.review import Reviewed, no_orders_error, review
from rfm_engine.review.scientific_ids import find_scientific_ids, refuse_scientific_ids

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from rfm_engine.config.job import Job
    from rfm_engine.customers.counted_rows import CountByDay
    from rfm_engine.findings import Finding
    from rfm_engine.orders.cache import CachedOrders, OrderProvider
    from rfm_engine.orders.reading import Orders
    from rfm_engine.orders.staging import OrderSet
    from rfm_engine.orders.survey import Survey
    from rfm_engine.rules import Rules
    from rfm_engine.state.keeping import StateUse
    from rfm_engine.system.stage_timer import StageTimer

Found = TypeVar("Found")


@dataclass(frozen=True, kw_only=True)
class Look(Generic[Found]):
    """What is found out about orders besides their customers, while they can be read; `count_by_day` is for a state."""

    find: Callable[[CountedRows, Orders, Aggregated], Found]
    count_by_day: CountByDay | None = None


@dataclass(frozen=True, kw_only=True)
class _Counted:
    """Orders as they were counted; the rules as their source completes them; ids that a spreadsheet may have cut."""

    cached: CachedOrders
    requested: Rules
    cut_ids: tuple[Finding, ...]
    counted: CountedRows


def gather_with_state(job: Job, folder: Path, cache: OrderProvider, clock: StageTimer) -> tuple[Aggregated, StateUse]:
    """Return what the folder of the state answers, else what all orders do; and what is kept for the next run."""
    from rfm_engine.state import folder as state_folder
    from rfm_engine.state.keeping import begin_use, observe, recall
    from rfm_engine.state.memo import UnusableStateError
    from rfm_engine.state.observation import count_by_day

    prove_coverage(job.rules.tiers, job.rules.scheme, job.rules.weights)
    state_folder.refuse_foreign_state(folder)
    state_folder.refuse_inner_state(folder, job.paths)
    use = begin_use(job, folder)
    try:
        aggregated, state = recall(job, use)
    except UnusableStateError as error:
        use = replace(use, why_not=str(error), read_anew=tuple(path.as_posix() for path in job.paths))
    else:
        clock.lap("refresh")
        return _check(aggregated, job), state
    aggregated, kept = gather(job, cache, clock, Look(find=partial(observe, job, use), count_by_day=count_by_day))
    return aggregated, kept or use


def gather(
    job: Job, cache: OrderProvider, clock: StageTimer, look: Look[Found] | None = None, *, is_surveyed: bool = False
) -> tuple[Aggregated, Found | None]:
    """Return the customers of a job's orders, or of its customer files, and where every row went; errors as a run's.

    With them comes what `look` finds, or None where no order is read here. Only for `check` are orders surveyed.
    """
    prove_coverage(job.rules.tiers, job.rules.scheme, job.rules.weights)
    try:
        if job.dataset.customers:
            return _read_customers(job, clock), None
        if job.gatherer is not None and not is_surveyed:
            from rfm_engine.partition.elsewhere import gather_elsewhere

            return _check(gather_elsewhere(job, job.gatherer, clock), job), None
        refuse_elsewhere(job)
        with cache.orders_for(job) as cached:
            clock.lap("read")
            counted = _count(cached, job, clock, look)
            aggregated = _aggregate(counted, job, is_surveyed=is_surveyed)
            clock.lap("ledger")
            found = None if look is None else look.find(counted.counted, counted.cached.source, aggregated)
            if look is not None:
                clock.lap("keep")
    except (pl.exceptions.PolarsError, pl.exceptions.PanicException, OSError) as error:
        from rfm_engine.orders.readers.diagnosis import diagnose

        raise diagnose(error, job.files) from error
    return _check(aggregated, job), found


def refuse_elsewhere(job: Job) -> None:
    """Check that the orders of a job are files, which can be looked at.

    Raises:
        UsageError: They lie in tables or remote places.
    """
    if job.elsewhere:
        message = f"{job.dataset.name}: only files can be looked at; {', '.join(job.elsewhere)} is counted by a run"
        raise UsageError(message)


def _check(aggregated: Aggregated, job: Job) -> Aggregated:
    refuse_rejects(aggregated.ledger, job.dataset.max_rejects, aggregated.rejects)
    if not aggregated.parts:
        raise no_orders_error(
            aggregated.ledger, aggregated.rejects, next(iter(aggregated.inputs.source.mapping.values()))
        )
    if job.dataset.strict:
        refuse_findings(aggregated.findings, job.dataset.accept)
    return aggregated


def _count(cached: CachedOrders, job: Job, clock: StageTimer, look: Look[Any] | None) -> _Counted:
    cached, requested, rows = _prepare(cached, job)
    cut_ids = tuple(find_scientific_ids(rows.rows, is_text=cached.source.is_text))
    refuse_scientific_ids(cut_ids, job.dataset.accept)
    counted = count_rows(rows, cached.source, clock, None if look is None else look.count_by_day)
    if counted is None:
        return _count(cached.trim(), job, clock, look)
    return _Counted(cached=cached, requested=requested, cut_ids=cut_ids, counted=counted)


def _aggregate(orders: _Counted, job: Job, *, is_surveyed: bool) -> Aggregated:
    cached, requested, counted = orders.cached, orders.requested, orders.counted
    source, rows, parts = cached.source, counted.rows, without_empty(counted.customers)
    ledger, rejects = _reconcile(counted, source)
    question_rejects(rejects, source.interpretations)
    reviewed = _review(counted, rejects, requested, cached, job)
    outside = counted.failing.outside(rows) if ledger.outside_window else ()
    listed, dormant = list_wanted(rows, counted.customers, parts, outside)
    return Aggregated(
        parts=listed,
        by=rows.by,
        ledger=replace(ledger, customers_before_window=dormant),
        rejects=rejects,
        inputs=cached.describe_inputs(),
        rules=requested,
        currency=rows.rules.currency,
        decimals=rows.rules.decimals,
        findings=_mask_samples((*source.findings, *orders.cut_ids, *reviewed), job),
        survey=_survey(rows, job) if is_surveyed else None,
    )


def _reconcile(counted: CountedRows, source: Orders) -> tuple[Ledger, pl.DataFrame]:
    rows, tests, headers = counted.rows, counted.tests, next(iter(source.mapping.values()))
    by_check = None
    if tests is not None:
        from rfm_engine.state.by_day.day_ledger import count_checks

        by_check = count_checks(rows, tests)
    return reconcile(
        rows, counted.repeated, counted.tally, headers, counted.lines, failing=counted.failing, by_check=by_check
    )


def _review(
    counted: CountedRows, rejects: pl.DataFrame, requested: Rules, cached: CachedOrders, job: Job
) -> tuple[Finding, ...]:
    rows = counted.rows
    reviewed = Reviewed(
        source=cached.source,
        orders=rows.rows,
        requested=requested,
        rules=rows.rules,
        by=rows.by,
        parts=without_empty(counted.customers),
        repeated_ids=counted.repeated.suspect_hashes,
        conflicts=str(counted.conflicts or ""),
        declared=job.dataset.model_fields_set,
        rejects=rejects,
        known_deductions=counted.lines.deductions if counted.lines else None,
        rows_on_same_day=counted.tally.rows_on_same_day,
    )
    return tuple(review(reviewed))


def _mask_samples(findings: tuple[Finding, ...], job: Job) -> tuple[Finding, ...]:
    return tuple(finding.mask_samples(MASK) for finding in findings) if job.dataset.is_private else findings


def _prepare(cached: CachedOrders, job: Job) -> tuple[CachedOrders, Rules, OrderSet]:
    """Return the orders, trimmed if that decides something at once; the rules as their source completes them."""
    refuse_shared_headers(cached.source.mapping, job.dataset)
    requested = follow_sources(cached.rows, job.rules, cached.source, job.dataset.model_fields_set)
    if not cached.source.is_trimmed and find_early_padding(cached.rows, requested):
        cached = cached.trim()
    source = cached.source
    sources = {} if requested.keep_status is not None or source.source is not None else source.sources
    prepared = prepare_orders(cached.rows, requested, is_text=source.is_text, copies=source.copies, sources=sources)
    may_be_padded = not (source.is_trimmed or looks_at_all_texts(cached.rows, requested))
    return cached, requested, order_set(*prepared, may_be_padded=may_be_padded)


def _survey(rows: OrderSet, job: Job) -> Survey:
    from rfm_engine.orders.survey import survey_orders

    survey = survey_orders(rows.rows, rows.rules)
    return survey.mask(MASK) if job.dataset.is_private else survey


def _read_customers(job: Job, clock: StageTimer) -> Aggregated:
    """Read and check customers that were counted elsewhere, and their ledger; without one only they are counted."""
    from rfm_engine.customers.counted.ledger import read_ledger
    from rfm_engine.customers.counted.table_files import read_customer_files

    with read_customer_files(job.files, job.rules) as (parts, by, source, rules, fingerprints):
        inputs = Inputs(files=fingerprints.describe_inputs(), source=source)
    clock.lap("read")
    customers, orders = pl.concat(parts).select(pl.len(), pl.col(FREQUENCY).sum()).collect().row(0)
    counted = Ledger(read=customers, used=customers, is_of_customers=True)
    return Aggregated(
        parts=parts,
        by=by,
        ledger=counted if job.ledger is None else read_ledger(job.ledger, orders),
        rejects=pl.DataFrame(schema=REJECT_SCHEMA),
        inputs=inputs,
        rules=job.rules,
        currency=rules.currency,
        decimals=rules.decimals,
        findings=source.findings,
    )
