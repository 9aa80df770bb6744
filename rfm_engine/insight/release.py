"""A release: the orders of a dataset made into tables that may leave the firm."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, Literal

import polars as pl

from rfm_engine import pipeline
from rfm_engine.columns import CUSTOMER_ID, FREQUENCY, MONETARY, SCORES, TIER
from rfm_engine.errors import UsageError
from rfm_engine.gathering import Look
from rfm_engine.insight.cells import Rule
from rfm_engine.insight.counts import show_counts
from rfm_engine.insight.demand import choose_demand, show_demand
from rfm_engine.insight.purchases import LIST, MONTH, Purchases, name_lists, sum_purchases
from rfm_engine.vocabulary.currencies import SEVERAL

if TYPE_CHECKING:
    from datetime import date

    from rfm_engine.config.job import Job
    from rfm_engine.insight.counts import Counts
    from rfm_engine.insight.demand import Demand
    from rfm_engine.insight.periods import Length
    from rfm_engine.insight.previous import Previous
    from rfm_engine.pipeline import Run

Audience = Literal["suppliers", "channels", "banks"]
MOST_LISTS: Final = 300


@dataclass(frozen=True, kw_only=True)
class InsightOptions:
    """For whom, at which length of periods (None: the finest that shows enough), and when a cell is shown."""

    audiences: tuple[Audience, ...] = ("suppliers", "channels", "banks")
    length: Length | None = None
    rule: Rule = field(default_factory=Rule)
    individual: bool = False


@dataclass(frozen=True, kw_only=True)
class Release:
    """What is known of a dataset's customers, and which of it is shown.

    `since` is the first day of which orders are known. `individuals` has one row per (list, customer) with scores where
    they are released one by one.
    """

    job: Job
    options: InsightOptions
    run: Run
    purchases: Purchases
    demand: Demand
    counts: Counts
    since: date

    @property
    def tiers(self) -> list[str]:
        """The names of the tiers, best first."""
        return [tier.name for tier in self.job.rules.tiers.tier_table()]


def make_release(job: Job, options: InsightOptions, previous: Previous | None = None) -> Release:
    """Grade a dataset and find out which cells are shown; `previous` is a release that went out before.

    Raises:
        UsageError: The dataset has no orders or too many lists; customers one by one need tokens.
        RfmError: As a run's.
    """
    _refuse(job, options)
    run, purchases = _read(job)
    if (lists := purchases.customers[LIST].n_unique()) > MOST_LISTS:
        message = (
            f"{job.dataset.name}: {lists:,} lists; no one reads so many, and {MOST_LISTS} are the most: --by region"
        )
        raise UsageError(message)
    rule, length = options.rule, previous.length if previous else options.length
    demand = show_demand(purchases, length, rule, previous) if length else choose_demand(purchases, rule)
    as_of = job.rules.as_of
    return Release(
        job=job,
        options=options,
        run=run,
        purchases=purchases,
        demand=demand,
        counts=show_counts(purchases, demand, rule, as_of, previous),
        since=job.rules.since or purchases.of_customers[MONTH].min(),  # type: ignore[arg-type]
    )


def _refuse(job: Job, options: InsightOptions) -> None:
    if options.individual and CUSTOMER_ID not in job.dataset.pseudonymize:
        message = "--individual: customers leave the firm as tokens alone; add --pseudonymize customer_id"
        raise UsageError(message)


def _read(job: Job) -> tuple[Run, Purchases]:
    """Return the graded customers and the purchases of a dataset; a state is neither asked nor kept."""
    run, found = pipeline.run_and_look(job, Look(find=lambda counted, *_: sum_purchases(counted, job)))
    if found is None:
        message = f"{job.dataset.name}: insight is made of orders; these are customers that were counted elsewhere"
        raise UsageError(message)
    if run.currency == SEVERAL:
        message = f"{job.dataset.name}: lists in several currencies have no spend together; --keep-currency CODE"
        raise UsageError(message)
    tiers = [tier.name for tier in job.rules.tiers.tier_table()]
    names = pl.col(TIER).cast(pl.String)
    customers = run.customers.filter(pl.col(FREQUENCY) > 0).select(
        *run.by,
        CUSTOMER_ID,
        names.replace_strict(tiers, range(len(tiers)), return_dtype=pl.Int64).alias(TIER),
        pl.col(FREQUENCY).alias("orders"),
        pl.col(MONETARY).cast(pl.Decimal(38, run.decimals)).to_physical().cast(pl.Int64).alias("spend"),
        *SCORES,
    )
    of_products, of_customers = found
    named = name_lists(customers.collect(), run.by)
    return run, Purchases(of_products=of_products, of_customers=of_customers, customers=named)
