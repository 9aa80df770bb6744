"""The whole product on one page: order files, orders, customers, scored, graded."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import polars as pl

from rfm_engine.aggregation import Aggregation, Clock
from rfm_engine.columns import Metric
from rfm_engine.errors import DataError
from rfm_engine.limits import refuse_rejects
from rfm_engine.orders.reading import Orders, explained
from rfm_engine.plugin_guard import blamed, verify
from rfm_engine.presenting import presented, score_spans
from rfm_engine.privacy import discreet, masked, pseudonymised, refuse_folder_ids, withheld
from rfm_engine.scoring import scored
from rfm_engine.shelf import Shelf
from rfm_engine.spilling import roomy_spill
from rfm_engine.tiering import graded, prove

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rfm_engine.dataset import Job
    from rfm_engine.ledger import Ledger
    from rfm_engine.rules import Rules


class Inspected(NamedTuple):
    """What is known before anybody is scored: customers with their metrics, the ledger, the rejects, the source."""

    customers: pl.DataFrame
    by: tuple[str, ...]
    ledger: Ledger
    rejects: pl.DataFrame
    source: Orders
    inputs: list[dict[str, Any]]


class Run(NamedTuple):
    """A finished run in memory: graded customers as published, the ledger, the rejects, the cut points observed."""

    customers: pl.DataFrame
    by: tuple[str, ...]
    ledger: Ledger
    rejects: pl.DataFrame
    spans: dict[str, pl.DataFrame]
    source: Orders
    inputs: list[dict[str, Any]]
    seconds: dict[str, float]


@discreet
@roomy_spill()
def run(job: Job, shelf: Shelf | None = None, clock: Clock | None = None) -> Run:
    """Read, clean, aggregate, score and grade one dataset; the shelf has the orders that it shares with others.

    Raises:
        DatasetError: The policy does not give every possible score one tier; no row has been read then.
        DataError: The orders cannot be used.
        PluginError: A scheme or policy broke its promise.
    """
    clock = clock or Clock()
    seen = inspect(job, clock, shelf)
    refuse_folder_ids(seen, job.dataset)
    lists = graded_lists(pseudonymised(seen.customers, seen.by, job), job.rules, seen.by)
    clock.lap("score and grade")
    spans = {m.score: score_spans(lists.lazy(), seen.by, m.score, m.column).collect() for m in Metric}
    shown = withheld(presented(lists.lazy(), seen.by, job.rules.by), job.dataset).collect()
    rejected = masked(seen.rejects, job.dataset)
    clock.lap("present")
    return Run(shown, seen.by, seen.ledger, rejected, spans, seen.source, seen.inputs, clock.seconds)


@discreet
@roomy_spill()
def inspect(job: Job, clock: Clock | None = None, shelf: Shelf | None = None) -> Inspected:
    """Read, clean and aggregate one dataset, and prove its policy; errors as `run`."""
    clock = clock or Clock()
    prove(job.rules.tiers, job.rules.scheme, job.rules.weights)
    try:
        with (shelf or Shelf()).lent(job) as (source, orders, files):
            clock.lap("read")
            aggregation = Aggregation(orders, job.rules)
            found = aggregation.customers(clock)
            ledger, rejected = aggregation.ledger(next(iter(source.mapping.values())))
            inputs = files.described()
            clock.lap("ledger")
    except (pl.exceptions.PolarsError, pl.exceptions.PanicException, OSError) as error:
        raise explained(error, job.paths, job.dataset) from error
    refuse_rejects(ledger, job.dataset.max_rejects)
    if found.is_empty():
        message = "; ".join((f"no order is left to grade: {ledger}", *ledger.unmatched))
        raise DataError(message)
    return Inspected(found, aggregation.by, ledger, rejected, source, inputs)


def plans(job: Job) -> dict[str, str]:
    """Return the optimised plans of the passes over a dataset's orders, by what they find out; none is run."""
    with Shelf().lent(job) as (_, orders, _):
        return Aggregation(orders, job.rules).plans()


def graded_lists(customers: pl.DataFrame, rules: Rules, by: Sequence[str]) -> pl.DataFrame:
    """Return the customers scored and graded, in the order given: by list, then customer_id.

    Raises:
        PluginError: The scheme or the policy broke its promise.
    """
    with blamed(rules.scheme, rules.tiers, rules.weights, customers, by):
        lists = grade(customers.lazy(), rules, by).collect()
        verify(lists, rules.scheme, rules.tiers)
    return lists


def grade(customers: pl.LazyFrame, rules: Rules, by: Sequence[str]) -> pl.LazyFrame:
    """Return scored and graded customers; in each list they must stand by customer_id, as schemes are promised."""
    return graded(scored(customers, rules.scheme, rules.weights, by), rules.tiers, rules.as_of)
