"""Why one customer of a finished run got the tier, and what would change it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import polars as pl

from rfm_engine.columns import CUSTOMER_ID, FREQUENCY, MONETARY, MONETARY_FEN, RECENCY_DAYS, Metric
from rfm_engine.errors import UsageError, nearest
from rfm_engine.grading.grade import grade
from rfm_engine.grading.summary import pluralize
from rfm_engine.privacy import TOKEN

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rfm_engine.output.record import Record
    from rfm_engine.rules import Rules

Row = dict[str, Any]


class CustomerExplanation(NamedTuple):
    """One customer in one list: the row, the metrics as scored, and the same row under other circumstances."""

    row: Row
    metrics: list[MetricExplanation]
    changes: list[tuple[str, Row]]


class MetricExplanation(NamedTuple):
    """A metric of a customer: the value, the score, and the values between which a customer gets it.

    `rule` are the scheme's own cut points on either side (None at an end, or where the other customers decide); `seen`
    the least and greatest value that got the score in this list.
    """

    metric: Metric
    value: int
    score: int
    rule: tuple[int | None, int | None] | None
    seen: tuple[int, int]


class Population(NamedTuple):
    """The customers of a run with their metrics, and how they were graded."""

    customers: pl.DataFrame
    record: Record
    rules: Rules

    @property
    def by(self) -> list[str]:
        """The columns that split the customers into lists."""
        return self.record.lists_by


def explain(customers: pl.LazyFrame, record: Record, rules: Rules, customer_id: str) -> list[CustomerExplanation]:
    """Return the customer in each list that has them.

    Raises:
        UsageError: No list has them; the closest id is told.
    """
    fen = (pl.col(MONETARY) * 100).cast(pl.Int64).alias(MONETARY_FEN)
    run = Population(customers.with_columns(fen).collect(), record, rules)
    found = run.customers.filter(pl.col(CUSTOMER_ID) == customer_id)
    if found.is_empty():
        close = nearest(customer_id, run.customers[CUSTOMER_ID].to_list())
        hint = "; was it made with the same key?" if TOKEN.fullmatch(customer_id) else close
        message = f"no customer {customer_id!r} in this run{hint}"
        raise UsageError(message)
    return [_explain(run, row) for row in found.iter_rows(named=True)]


def _explain(run: Population, row: Row) -> CustomerExplanation:
    mine = [pl.col(name).eq_missing(pl.lit(row[name])) for name in run.by]
    population = run.customers.filter(*mine).select(*run.by, CUSTOMER_ID, *(metric.column for metric in Metric))
    now = _grade_with(population, run, row, {})
    return CustomerExplanation(
        row | now, [_explain_metric(run, now, metric) for metric in Metric], _changes(population, run, now)
    )


def _grade_with(population: pl.DataFrame, run: Population, row: Row, values: dict[str, int]) -> Row:
    """Return the customer's grades had they other values, all else in the list being equal."""
    me = pl.col(CUSTOMER_ID) == row[CUSTOMER_ID]
    changed = population.lazy().with_columns(
        pl.when(me).then(pl.lit(value, dtype=pl.Int64)).otherwise(pl.col(name)).alias(name)
        for name, value in values.items()
    )
    return grade(changed, run.rules, run.by).filter(me).collect(engine="in-memory").row(0, named=True)


def _explain_metric(run: Population, now: Row, metric: Metric) -> MetricExplanation:
    spans = (span for span in run.record.cut_points[metric.score] if all(span[name] == now[name] for name in run.by))
    seen = next((span["from"], span["to"]) for span in spans if span["score"] == now[metric.score])
    value = now[metric.column]
    return MetricExplanation(
        metric, value, now[metric.score], _surrounding_cut_points(run.rules.scheme.cut_points(metric), value), seen
    )


def _surrounding_cut_points(cuts: Sequence[int] | None, value: int) -> tuple[int | None, int | None] | None:
    if cuts is None:
        return None
    return max((cut for cut in cuts if cut < value), default=None), min(
        (cut for cut in cuts if cut >= value), default=None
    )


def _changes(population: pl.DataFrame, run: Population, now: Row) -> list[tuple[str, Row]]:
    """Return one more order, and the fewest days less that change the R score; each with the grades that follow."""
    more = now[FREQUENCY] + 1
    found = [(f"one more order ({more:,} in all)", _grade_with(population, run, now, {FREQUENCY: more}))]
    days = _days_of_another_score(population, run, now)
    if days is not None:
        fewer = pluralize(now[RECENCY_DAYS] - days, "day") + " fewer"
        found.append(
            (
                f"{fewer} since the last order ({pluralize(days, 'day')})",
                _grade_with(population, run, now, {RECENCY_DAYS: days}),
            )
        )
    return found


def _days_of_another_score(population: pl.DataFrame, run: Population, now: Row) -> int | None:
    """Return the most days below the customer's own that get another R score, found by halving; None where none do."""

    def same(days: int) -> bool:
        return bool(_grade_with(population, run, now, {RECENCY_DAYS: days})["r_score"] == now["r_score"])

    if same(0):
        return None
    other, own = 0, int(now[RECENCY_DAYS])
    while own - other > 1:
        middle = (other + own) // 2
        other, own = (other, middle) if same(middle) else (middle, own)
    return other
