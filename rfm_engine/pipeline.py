"""The whole product on one page: order files, orders, customers, scored, graded."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

import polars as pl

from rfm_engine.columns import CUSTOMER_ID, FREQUENCY, Metric
from rfm_engine.customers.batches import spool
from rfm_engine.customers.passes import explain_passes
from rfm_engine.gathering import gather, gather_with_state, refuse_elsewhere
from rfm_engine.grading.coverage import choose_proof
from rfm_engine.grading.grade import count_refit_differences, grade_lists
from rfm_engine.grading.published import publish
from rfm_engine.grading.summary import observe_cut_points, summarize_tiers
from rfm_engine.orders.cache import Inputs, OrderCache
from rfm_engine.orders.staging import order_set
from rfm_engine.privacy import drop_private_columns, mask_errors, mask_values, pseudonymize
from rfm_engine.system.spill import reports_full_spill_folder
from rfm_engine.system.stage_timer import StageTimer
from rfm_engine.vocabulary.currencies import CENTS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from rfm_engine.config.job import Job
    from rfm_engine.customers.aggregate import Aggregated
    from rfm_engine.findings import Finding
    from rfm_engine.gathering import Found, Look
    from rfm_engine.orders.cache import OrderProvider
    from rfm_engine.orders.ledger import Ledger
    from rfm_engine.state.keeping import StateUse

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
    decimals: int = CENTS
    findings: tuple[Finding, ...] = ()
    state: StateUse | None = None
    refit_differences: int | None = None
    origin: Mapping[str, Any] | None = None


class GradedBatch(NamedTuple):
    """Graded customers of some lists as published, and the values that got each score."""

    customers: pl.LazyFrame
    spans: dict[str, pl.DataFrame]
    refit_differences: int | None


def _with_clear_errors(step: Callable[..., Result]) -> Callable[..., Result]:
    """Decorate a step on a job: a full spill folder is named, and a private dataset's errors show no customer data."""
    return mask_errors(reports_full_spill_folder()(step))


@_with_clear_errors
def run(job: Job, cache: OrderProvider | None = None, clock: StageTimer | None = None) -> Run:
    """Read, clean, aggregate, score and grade one dataset; the cache has the orders that it shares with others.

    Raises:
        DatasetError: The policy does not give every possible score one tier; no row has been read then.
        DataError: The orders cannot be used.
        PluginError: A scheme or policy broke its promise.
    """
    clock = clock or StageTimer()
    if job.state is None:
        aggregated, _ = gather(job, cache or OrderCache(), clock)
        return _grade(aggregated, job, clock)
    aggregated, state = gather_with_state(job, job.state, cache or OrderCache(), clock)
    return replace(_grade(aggregated, job, clock), state=state)


@_with_clear_errors
def run_and_look(job: Job, look: Look[Found]) -> tuple[Run, Found | None]:
    """Run one dataset as `run` does, but read its orders here and whole; and return what `look` finds in them."""
    clock = StageTimer()
    gathered = gather(job._replace(gatherer=None), OrderCache(), clock, look)
    return _grade(gathered[0], job, clock), gathered[1]


@_with_clear_errors
def inspect(job: Job, cache: OrderProvider | None = None, clock: StageTimer | None = None) -> Aggregated:
    """Read, clean, survey and aggregate one dataset, and prove its policy, on the customers where need be.

    Raises:
        DatasetError, DataError, PluginError: As `run`.
    """
    aggregated, _ = gather(job, cache or OrderCache(), clock or StageTimer(), is_surveyed=True)
    if choose_proof(job.rules.tiers, job.rules.scheme) == "customers":
        for part in aggregated.parts:
            grade_lists(part.collect(), job.rules, aggregated.by)
    return aggregated


def plans(job: Job) -> dict[str, str]:
    """Return the optimised plans of the passes over a dataset's orders, by what they find out; none is run."""
    if job.dataset.customers:
        return {}
    refuse_elsewhere(job)
    with OrderCache().orders_for(job) as cached:
        return explain_passes(order_set(cached.rows, job.rules))


def _grade(aggregated: Aggregated, job: Job, clock: StageTimer) -> Run:
    by, has_room = aggregated.by, len(aggregated.parts) == 1
    job = job._replace(rules=job.rules.in_currency(aggregated.currency, aggregated.decimals))
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
        decimals=aggregated.decimals,
        findings=aggregated.findings,
        origin=aggregated.origin,
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
    published = drop_private_columns(publish(graded.lazy(), by, job.rules), job.dataset)
    batch = GradedBatch(
        customers=published if has_room else spool(published),
        spans=spans,
        refit_differences=count_refit_differences(graded, job.rules, by),
    )
    clock.lap("present")
    return batch
