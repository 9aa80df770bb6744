"""The customers of orders that lie elsewhere: a gatherer takes the work to them and brings the results."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from tempfile import mkdtemp
from typing import TYPE_CHECKING, Final

import polars as pl

from rfm_engine.columns import CURRENCY
from rfm_engine.config.keywords import resolve_keywords
from rfm_engine.config.order_places import OrderTable
from rfm_engine.customers.aggregate import Aggregated
from rfm_engine.customers.counted.ledger import count_ledger
from rfm_engine.customers.counted.table import find_money
from rfm_engine.customers.counted.table_parts import read_in_parts
from rfm_engine.errors import DatasetError, PluginError, RfmError
from rfm_engine.grading.guard import describe_plugin
from rfm_engine.orders.cache import Inputs
from rfm_engine.orders.cleaning import list_columns
from rfm_engine.orders.reading import Orders
from rfm_engine.orders.understanding.recognition import recognize_source
from rfm_engine.partition.merging import add_up, list_customers, list_rejects
from rfm_engine.partition.work import Work, find_unfit_keys
from rfm_engine.plugin_api import Gathered
from rfm_engine.plugins.error_text import describe_error
from rfm_engine.system.temp_dir import process_temp_dir

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from rfm_engine.config.job import Job
    from rfm_engine.plugin_api import Gatherer
    from rfm_engine.rules import Rules
    from rfm_engine.system.stage_timer import StageTimer


MOST_SIGNS: Final = 1000
"""Of what a gatherer raises: a cluster puts whole traces of its machines into one exception."""


def gather_elsewhere(job: Job, gatherer: Gatherer, clock: StageTimer) -> Aggregated:
    """Return the customers of a job's orders as its gatherer counts them, and where every row went.

    Nothing is found out about the orders besides: such a run has no findings.

    Raises:
        DatasetError: Rules that need more than the orders of one customer.
        DataError: The orders cannot be used.
        PluginError: The gatherer failed, or brought something else than results.
    """
    work = _make_work(job, gatherer)
    names = {**{place: place for place in job.elsewhere}, **{str(path.absolute()): str(path) for path in job.paths}}
    gathered = _gather(gatherer, [*names], work)
    mapping = _match(gathered.headers, work, job)
    results = gathered.results.with_columns(pl.col("file").replace(names))
    clock.lap("gather")
    by = list_columns(mapping, job.rules)
    customers = list_customers(results)
    columns = [name for name in customers.collect_schema() if name not in {*job.rules.by} - {*by}]
    own_names = dict(zip(columns, columns, strict=True))
    rules = _find_currency(customers, mapping, own_names, job)
    source = Orders(
        typed=lambda **_: pl.LazyFrame(),
        files=(),
        mapping={name: {**mapping} for name in names.values()},
        dtypes={name: {} for name in names.values()},
    )
    aggregated = Aggregated(
        parts=read_in_parts(customers, own_names, by, rules),
        by=by,
        ledger=count_ledger(add_up(results, "outcome"), add_up(results, "warning")),
        rejects=list_rejects(results),
        inputs=Inputs(files=[], source=source),
        rules=job.rules,
        currency=rules.currency,
        decimals=rules.decimals,
        origin=dict(gathered.origin),
    )
    clock.lap("ledger")
    return aggregated


def _find_currency(
    customers: pl.LazyFrame, mapping: Mapping[str, str], own_names: Mapping[str, str], job: Job
) -> Rules:
    """Return the rules with the currency that a column names, else with the one that is declared."""
    declared = job.dataset.foreign_currency
    if CURRENCY in mapping:
        return find_money(customers, own_names, job.rules)
    return job.rules if declared is None else job.rules.in_currencies([declared])


def _make_work(job: Job, gatherer: Gatherer) -> Work:
    """Return the work of a job without its scheme and policy, which no other machine needs to have."""
    if any(isinstance(entry, OrderTable) for entry in job.dataset.orders):
        message = (
            f"{job.dataset.name}: [[orders]]: the gatherer {gatherer.name!r} reads all orders in one way; name them "
        )
        message += "in orders = [...], and give them the same headers"
        raise DatasetError(message)
    if unfit := find_unfit_keys(job.dataset):
        message = f"{job.dataset.name}: {', '.join(unfit)}: needs more than the orders of one customer, and the "
        message += f"gatherer {gatherer.name!r} shows no more at a time; leave it out, or run without --gather"
        raise DatasetError(message)
    _, plain = resolve_keywords({"as_of": job.rules.as_of}, "gather")
    return Work(
        dataset=job.dataset.model_copy(update={"scheme": {}, "tiers": {}, "gather": {}}),
        rules=replace(job.rules, scheme=plain.scheme, tiers=plain.tiers),
        names_options=True,
    )


def _gather(gatherer: Gatherer, orders: Sequence[str], work: Work) -> Gathered:
    folder = Path(mkdtemp(dir=process_temp_dir()))
    who = describe_plugin(gatherer)
    try:
        gathered = gatherer.gather(orders, work, folder)
    except (KeyboardInterrupt, RfmError):
        raise
    except BaseException as error:
        words = describe_error(error)[:MOST_SIGNS]
        message = f"{who} failed: {words}"
        raise PluginError(message, words) from error
    if not isinstance(gathered, Gathered) or gathered.results.collect_schema() != work.schema:
        message = f"{who} broke its promise: expected the results of the work, with its columns, got {gathered!r:.200}"
        raise PluginError(message)
    return gathered


def _match(headers: Sequence[str], work: Work, job: Job) -> Mapping[str, str]:
    source = recognize_source(headers, job.sources, job.dataset.columns, is_given=job.is_source_given)
    if source is not None:
        message = f"{job.dataset.name}: the orders are an export of {source.title}, which is read by rules of its own "
        message += "that need whole files; run without --gather, or see --source none"
        raise DatasetError(message)
    return work.columns(headers)
