"""Order files to customers: read, cleaned, aggregated, reviewed, with the ledger; the first half of a run."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Protocol

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
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from rfm_engine.config.job import Job
    from rfm_engine.findings import Finding
    from rfm_engine.orders.cache import CachedOrders, OrderSource
    from rfm_engine.orders.failing_rows import RowRange
    from rfm_engine.orders.ledger import Tally
    from rfm_engine.orders.order_ids.duplicates import Duplicates
    from rfm_engine.orders.reading import Orders
    from rfm_engine.orders.staging import OrderSet
    from rfm_engine.orders.survey import Survey
    from rfm_engine.plugin_api import Gatherer
    from rfm_engine.rules import Rules
    from rfm_engine.state.keeping import StateUse
    from rfm_engine.system.stage_timer import StageTimer

    Keep = Callable[[OrderSet, Duplicates, Orders, Aggregated], None]

    class Counter(Protocol):
        """Counts rows for a state, which spares the run what it would count itself."""

        def find_outside(self, source: Orders, orders: OrderSet, tally: Tally) -> Sequence[RowRange] | None:
            """Return ranges that have all rows outside the window, if they are known then."""

        def count_checks(self, rows: CountedRows) -> pl.DataFrame | None:
            """Return the rows by the check that they fail first, if that can be counted for both."""


def gather_with_state(job: Job, folder: Path, cache: OrderSource, clock: StageTimer) -> tuple[Aggregated, StateUse]:
    """Return what the folder of the state answers, else what all orders do; and what is kept for the next run."""
    from rfm_engine.state import folder as state_folder
    from rfm_engine.state.keeping import Keeper, StateUse, recall
    from rfm_engine.state.memo import UnusableStateError

    prove_coverage(job.rules.tiers, job.rules.scheme, job.rules.weights)
    state_folder.refuse_foreign_state(folder)
    state_folder.refuse_inner_state(folder, job.paths)
    try:
        aggregated, state = recall(job, folder)
    except UnusableStateError as error:
        use = StateUse(folder=folder, why_not=str(error), read_anew=tuple(path.as_posix() for path in job.paths))
    else:
        clock.lap("refresh")
        return _check(aggregated, job), state
    keeper = Keeper(use, job)
    return gather_customers(job, cache, clock, keeper.observe, keeper), keeper.use


def gather_customers(  # noqa: PLR0913 what is kept and counted with a state alone
    job: Job,
    cache: OrderSource,
    clock: StageTimer,
    keep: Keep | None = None,
    counter: Counter | None = None,
    *,
    is_surveyed: bool = False,
) -> Aggregated:
    """Return the customers of a job's orders, or of its customer files, and where every row went; errors as a run's.

    `keep` is given what a state needs; the orders are surveyed for `check` alone.
    """
    prove_coverage(job.rules.tiers, job.rules.scheme, job.rules.weights)
    try:
        if job.dataset.customers:
            return _read_customers(job, clock)
        if job.gatherer is not None and not is_surveyed:
            return _check(_gather_elsewhere(job, job.gatherer, clock), job)
        refuse_elsewhere(job)
        with cache.orders_for(job) as cached:
            clock.lap("read")
            aggregated = _aggregate(cached, job, clock, keep, counter, is_surveyed=is_surveyed)
    except (pl.exceptions.PolarsError, pl.exceptions.PanicException, OSError) as error:
        from rfm_engine.orders.readers.diagnosis import diagnose

        raise diagnose(error, job.files) from error
    return _check(aggregated, job)


def refuse_elsewhere(job: Job) -> None:
    """Check that the orders of a job are files, which can be looked at.

    Raises:
        UsageError: They lie in tables or remote places.
    """
    if job.elsewhere:
        message = f"{job.dataset.name}: only files can be looked at; {', '.join(job.elsewhere)} is counted by a run"
        raise UsageError(message)


def _gather_elsewhere(job: Job, gatherer: Gatherer, clock: StageTimer) -> Aggregated:
    from rfm_engine.partition.elsewhere import gather_elsewhere

    return gather_elsewhere(job, gatherer, clock)


def _check(aggregated: Aggregated, job: Job) -> Aggregated:
    refuse_rejects(aggregated.ledger, job.dataset.max_rejects, aggregated.rejects)
    if not aggregated.parts:
        raise no_orders_error(
            aggregated.ledger, aggregated.rejects, next(iter(aggregated.inputs.source.mapping.values()))
        )
    if job.dataset.strict:
        refuse_findings(aggregated.findings, job.dataset.accept)
    return aggregated


def _aggregate(  # noqa: PLR0913 as `gather_customers`
    cached: CachedOrders,
    job: Job,
    clock: StageTimer,
    keep: Keep | None = None,
    counter: Counter | None = None,
    *,
    is_surveyed: bool,
) -> Aggregated:
    cached, requested, rows = _prepare(cached, job)
    source = cached.source
    cut_ids = [*find_scientific_ids(rows.rows, is_text=source.is_text)]
    refuse_scientific_ids(cut_ids, job.dataset.accept)
    counted = count_rows(rows, clock, None if counter is None else partial(counter.find_outside, source))
    if counted is None:
        return _aggregate(cached.trim(), job, clock, keep, counter, is_surveyed=is_surveyed)
    parts = without_empty(counted.customers)
    by_check = None if counter is None else counter.count_checks(counted)
    headers = next(iter(source.mapping.values()))
    ledger, rejects = reconcile(
        rows, counted.repeated, counted.tally, headers, counted.lines, failing=counted.failing, by_check=by_check
    )
    question_rejects(rejects, source.interpretations)
    reviewed = _review(counted, rejects, requested, cached, job)
    outside = counted.failing.outside(rows) if ledger.outside_window else ()
    listed, dormant = list_wanted(rows, counted.customers, parts, outside)
    aggregated = Aggregated(
        parts=listed,
        by=rows.by,
        ledger=replace(ledger, customers_before_window=dormant),
        rejects=rejects,
        inputs=cached.describe_inputs(),
        rules=requested,
        currency=rows.rules.currency,
        decimals=rows.rules.decimals,
        findings=_mask_samples((*source.findings, *cut_ids, *reviewed), job),
        survey=_survey(rows, job) if is_surveyed else None,
    )
    clock.lap("ledger")
    if keep is not None:
        keep(rows, counted.repeated, source, aggregated)
        clock.lap("keep")
    return aggregated


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
    from rfm_engine.customers.counted_ledger import read_ledger
    from rfm_engine.customers.table_files import read_customer_files

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
