"""The whole product on one page: order files, orders, customers, scored, graded."""

from __future__ import annotations

from time import perf_counter
from typing import TYPE_CHECKING, NamedTuple

import polars as pl

from rfm_engine.columns import ALIASES, CUSTOMER_ID, FREQUENCY, ORDER_ID, Metric
from rfm_engine.customers import customers
from rfm_engine.errors import DataError
from rfm_engine.ledger import (
    REJECT_SCHEMA,
    Ledger,
    conflicts,
    fallen,
    refuse_line_export,
    rejects,
)
from rfm_engine.orders import cleaning, repeats
from rfm_engine.orders.reading import Orders, explained, read
from rfm_engine.plugin_guard import verify
from rfm_engine.presenting import presented, score_spans
from rfm_engine.scoring import scored
from rfm_engine.tiering import graded, prove

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rfm_engine.dataset import Job
    from rfm_engine.rules import Rules


class Cleaned(NamedTuple):
    """The rows of a source that can be orders, and what is needed to tell of the others."""

    orders: pl.LazyFrame
    kept: pl.LazyFrame
    columns: tuple[str, ...]
    by: tuple[str, ...]
    tests: list[cleaning.Test]
    headers: dict[str, str]


class Run(NamedTuple):
    """A finished run in memory: graded customers as published, the ledger, the rejects, the cut points observed."""

    customers: pl.DataFrame
    by: tuple[str, ...]
    ledger: Ledger
    rejects: pl.DataFrame
    spans: dict[str, pl.DataFrame]
    source: Orders
    seconds: dict[str, float]


def cleaned(typed: pl.LazyFrame, rules: Rules, headers: dict[str, str]) -> Cleaned:
    """Join the tests of a row to the typed orders; nothing is read yet but the schema."""
    columns = tuple(typed.collect_schema().names())
    found = cleaning.tests(columns, rules)
    return Cleaned(typed, cleaning.kept(typed, found), columns, cleaning.lists(columns, rules), found, headers)


def settled(clean: Cleaned, rules: Rules, suspects: pl.DataFrame | None = None) -> pl.LazyFrame:
    """Return one row per order.

    `suspects` are the hashes of the order ids that may repeat: only their rows get the exact second look. Without them
    every row does, which needs no look at the data beforehand.
    """
    if rules.grain == "line":
        return repeats.added_up(clean.kept, clean.columns, clean.by)
    if ORDER_ID not in clean.columns or rules.unique_order_ids:
        return repeats.one_by_one(clean.kept, rules)
    if suspects is None:
        return repeats.one_by_one(repeats.settled(repeats.distinct(clean.kept, clean.columns, clean.by)), rules)
    once, again = repeats.parted(clean.kept, suspects)
    distinct = repeats.settled(repeats.distinct(again, clean.columns, clean.by))
    return repeats.one_by_one(pl.concat([once.select(distinct.collect_schema().names()), distinct]), rules)


def grade(customers_: pl.LazyFrame, rules: Rules, by: Sequence[str]) -> pl.LazyFrame:
    """Return scored and graded customers; within a list they stand by customer_id, as schemes are promised."""
    ordered = customers_.filter(pl.col(FREQUENCY) > 0).sort(*by, CUSTOMER_ID)
    return graded(scored(ordered, rules.scheme, rules.weights, by), rules.tiers, rules.as_of)


class Inspected(NamedTuple):
    """What is known before anybody is scored: customers with their metrics, the ledger, the rejects, the source."""

    customers: pl.DataFrame
    by: tuple[str, ...]
    ledger: Ledger
    rejects: pl.DataFrame
    source: Orders


def run(job: Job) -> Run:
    """Read, clean, aggregate, score and grade one dataset.

    Raises:
        DatasetError: The policy does not give every possible score one tier; no row has been read then.
        DataError: The orders cannot be used.
        PluginError: A scheme or policy broke its promise.
    """
    return Runner(job).run()


def inspect(job: Job) -> Inspected:
    """Read, clean and aggregate one dataset, and prove its policy; errors as `run`."""
    return Runner(job).inspect()


class Runner:
    """The steps of a run that look at the data, each timed."""

    def __init__(self, job: Job) -> None:
        self.job, self.rules = job, job.rules
        self.seconds: dict[str, float] = {}
        self.since = perf_counter()

    def inspect(self) -> Inspected:
        """Take the steps up to the customers and the ledger."""
        prove(self.rules.tiers, self.rules.scheme, self.rules.weights)
        extra = [name for name in self.rules.by if name not in ALIASES]
        source = read(self.job.paths, self.job.dataset, extra)
        try:
            clean = cleaned(source.frame, self.rules, headers_of(source))
            self._timed("read")
            suspects = self._suspects(clean)
            orders = settled(clean, self.rules, suspects)
            found = customers(orders, clean.columns, clean.by, self.rules.as_of).collect()
            self._timed("aggregate")
            ledger, rejected = self._ledger(clean, suspects, found)
            self._timed("ledger")
        except pl.exceptions.PolarsError as error:
            raise explained(error, source.paths) from error
        return Inspected(found, clean.by, ledger, rejected, source)

    def run(self) -> Run:
        """Take all the steps in turn."""
        seen = self.inspect()
        lists = grade(seen.customers.lazy(), self.rules, seen.by).collect()
        verify(lists, self.rules.scheme, self.rules.tiers)
        self._timed("score and grade")
        spans = {m.score: score_spans(lists.lazy(), seen.by, m.score, m.column).collect() for m in Metric}
        shown = presented(lists.lazy(), seen.by, self.rules.by).collect()
        self._timed("present")
        return Run(shown, seen.by, seen.ledger, seen.rejects, spans, seen.source, self.seconds)

    def _timed(self, stage: str) -> None:
        now = perf_counter()
        self.seconds[stage], self.since = round(now - self.since, 3), now

    def _suspects(self, clean: Cleaned) -> pl.DataFrame | None:
        if self.rules.grain == "line" or self.rules.unique_order_ids or ORDER_ID not in clean.columns:
            return None
        return repeats.suspects(clean.kept).collect()

    def _ledger(self, clean: Cleaned, suspects: pl.DataFrame | None, found: pl.DataFrame) -> tuple[Ledger, pl.DataFrame]:
        counts = fallen(cleaning.fates(clean.orders, clean.tests).collect(), clean.tests)
        lost = []
        if counts.pop(cleaning.REJECTED):
            lost.append(rejects(clean.orders, clean.tests, clean.headers))
        conflicting = duplicates = 0
        if suspects is not None and not suspects.is_empty():
            _, again = repeats.parted(clean.kept, suspects)
            distinct = repeats.distinct(again, clean.columns, clean.by)
            duplicates, conflicting = distinct.select(*repeats.counts()).collect().row(0)
            refuse_line_export(conflicting, counts["survived"])
            keys = distinct.filter(pl.col(repeats.CONFLICTING)).select(*clean.by, CUSTOMER_ID, ORDER_ID).unique()
            lost += [conflicts(again, keys, clean.by, clean.headers)] if conflicting else []
        counts.pop("survived")
        rejected = pl.concat(lost).sort("file", "row").collect() if lost else pl.DataFrame(schema=REJECT_SCHEMA)
        reasons = rejected.group_by("column", "reason").len().sort("column", "reason")
        ledger = Ledger(
            **counts,
            used=int(found[repeats.ROWS].sum()),
            duplicates=duplicates,
            rejected={f"{column}: {reason}": rows for column, reason, rows in reasons.iter_rows()},
            rounded=int(found[repeats.ROUNDED].sum()),
            repeats_without_order_id=0 if ORDER_ID in clean.columns else repeats.repeated(clean.kept, clean.columns, clean.by),
            customers_without_order=found.filter(pl.col(FREQUENCY) == 0).height,
        )
        if not found.height - ledger.customers_without_order:
            message = f"no order is left to grade: {told(ledger)}"
            raise DataError(message)
        return ledger, rejected


def told(ledger: Ledger) -> str:
    """Return the ledger's counts that are not 0, in words."""
    table = ledger.as_table() | ledger.rejected
    return ", ".join(f"{rows:,} {name.replace('_', ' ')}" for name, rows in table.items() if rows and isinstance(rows, int))


def headers_of(source: Orders) -> dict[str, str]:
    """Return the header of each canonical column in the first file."""
    return next(iter(source.mapping.values()), {})
