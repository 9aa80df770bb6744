"""Why one customer of a finished run got the tier, and what would change it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

import polars as pl

from rfm_engine.columns import (
    CUSTOMER_ID,
    FREQUENCY,
    RECENCY_DAYS,
    RFM_SCORE,
    SCORES,
    TIER,
    Metric,
)
from rfm_engine.errors import UsageError
from rfm_engine.grading.grade import grade, grade_lists
from rfm_engine.grading.guard import attribute_plugin_errors, guard_cut_points
from rfm_engine.grading.scoring import list_values
from rfm_engine.grading.summary import pluralize
from rfm_engine.output.versions import find_versions
from rfm_engine.runs.customers import count_money
from rfm_engine.runs.similar_ids import find_similar_ids

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from rfm_engine.output.record import Record
    from rfm_engine.rules import Rules

Row = dict[str, Any]
GRADES: Final = (*SCORES, RFM_SCORE, TIER)


class CustomerExplanation(NamedTuple):
    """One customer in one list: the row of the file, the metrics as scored, and what would change the grades.

    `changes` has other circumstances in words, each with the grades that follow. `agrees` is whether the scheme and the
    policy that are installed now grade as the run did; where not, there are no changes, and `notes` says what differs.
    """

    row: Row
    metrics: list[MetricExplanation]
    changes: list[tuple[str, Row]]
    notes: list[str]
    agrees: bool


class MetricExplanation(NamedTuple):
    """A metric of a customer: the value, the score, and the values between which a customer gets it.

    `rule` are the scheme's own cut points on either side (None at an end, or where the other customers decide, or where
    the scheme installed now is another one); `seen` the least and greatest value that got the score in this list.
    """

    metric: Metric
    value: int
    score: int
    rule: tuple[int | None, int | None] | None
    seen: tuple[int, int]


class Population(NamedTuple):
    """The metrics of the customers of one list, by customer_id, and the rules installed now."""

    customers: pl.DataFrame
    by: list[str]
    rules: Rules

    def grade(self, customer_id: str, **values: int) -> Row:
        """Return the customer's grades had they other values of metrics, all else in the list being equal."""
        me = pl.col(CUSTOMER_ID) == customer_id
        changed = self.customers.lazy().with_columns(
            pl.when(me).then(pl.lit(value, dtype=pl.Int64)).otherwise(pl.col(name)).alias(name)
            for name, value in values.items()
        )
        rules = self.rules
        with attribute_plugin_errors(rules.scheme, rules.tiers, rules.weights, self.customers, self.by):
            return grade(changed, rules, self.by).filter(me).collect(engine="in-memory").row(0, named=True)


def explain(customers: pl.LazyFrame, record: Record, rules: Rules, customer_id: str) -> list[CustomerExplanation]:
    """Return the customer in each list that has them, graded as the file says.

    Raises:
        UsageError: No list has them; the message proposes ids that are written alike.
        PluginError: The scheme or the policy that is installed now fails.
    """
    with_fen = customers.with_columns(count_money(record))
    found = with_fen.filter(pl.col(CUSTOMER_ID) == customer_id).collect()
    if found.is_empty():
        is_private = CUSTOMER_ID in record.dataset.get("pseudonymize", ())
        hint = "; was it made with the same key?" if is_private else find_similar_ids(customers, customer_id)
        message = f"no customer {customer_id!r} in this run{hint}"
        raise UsageError(message)
    return [_explain(with_fen, record, rules, row) for row in found.iter_rows(named=True)]


def _explain(customers: pl.LazyFrame, record: Record, rules: Rules, row: Row) -> CustomerExplanation:
    by = record.lists_by
    mine = [pl.col(name).eq_missing(pl.lit(row[name])) for name in by]
    metrics = customers.filter(*mine).select(*by, CUSTOMER_ID, *(metric.column for metric in Metric)).collect()
    if _is_dormant(row):
        return _explain_dormant(metrics, record, rules, row)
    population = Population(metrics.filter(pl.col(FREQUENCY) > 0) if rules.dormant else metrics, by, rules)
    now = population.grade(row[CUSTOMER_ID])
    agrees = all(now[name] == row[name] for name in GRADES)
    return CustomerExplanation(
        row,
        [_explain_metric(record, rules if agrees else None, row, metric) for metric in Metric],
        _find_changes(population, row) if agrees else [],
        [*_list_disagreements(row, now), *_list_other_versions(record, rules)],
        agrees,
    )


def _is_dormant(row: Row) -> bool:
    """Return whether the customer has orders before the window alone."""
    return bool(row[FREQUENCY] == 0)


def _explain_dormant(customers: pl.DataFrame, record: Record, rules: Rules, row: Row) -> CustomerExplanation:
    """Return a customer with orders before the window alone: the lowest scores, whatever the others have."""
    graded = grade_lists(customers, rules, record.lists_by)
    now = graded.row(by_predicate=pl.col(CUSTOMER_ID) == row[CUSTOMER_ID], named=True)
    values = ((metric, row[metric.column], row[metric.score]) for metric in Metric)
    return CustomerExplanation(
        row,
        [MetricExplanation(metric, value, score, None, (value, value)) for metric, value, score in values],
        [],
        [
            f"dormant: no order from {rules.since} on, and so the lowest scores; one order brings the customer back",
            *_list_disagreements(row, now),
            *_list_other_versions(record, rules),
        ],
        all(now[name] == row[name] for name in GRADES),
    )


def _list_disagreements(row: Row, now: Row) -> Iterator[str]:
    if differing := [f"{name} {now[name]} instead of {row[name]}" for name in GRADES if now[name] != row[name]]:
        yield f"what is installed now would grade otherwise ({', '.join(differing)}); run the dataset again"


def _list_other_versions(record: Record, rules: Rules) -> Iterator[str]:
    now = find_versions(rules)
    if other := {name: then for name, then in record.versions.items() if now.get(name) != then}:
        listed = "; ".join(f"{name} {then}, now {now.get(name, 'none')}" for name, then in other.items())
        yield f"the run was made by other versions: {listed}"


def _explain_metric(record: Record, rules: Rules | None, row: Row, metric: Metric) -> MetricExplanation:
    mine = {name: row[name] for name in record.lists_by} | {"score": row[metric.score]}
    spans = (span for span in record.cut_points[metric.score] if mine.items() <= span.items())
    seen = next(((span["from"], span["to"]) for span in spans), None)
    if seen is None:
        message = f"{metric.score} {row[metric.score]} is not in run.json: a file of this run was changed; verify it"
        raise UsageError(message)
    own = list_values(record.lists_by, [row[name] for name in record.lists_by])
    scheme = rules and rules.scheme.in_list(own)
    value, cuts = row[metric.column], guard_cut_points(scheme, metric) if scheme else None
    return MetricExplanation(metric, value, row[metric.score], _surrounding_cut_points(cuts, value), seen)


def _surrounding_cut_points(cuts: Sequence[int] | None, value: int) -> tuple[int | None, int | None] | None:
    if cuts is None:
        return None
    return max((cut for cut in cuts if cut < value), default=None), min(
        (cut for cut in cuts if cut >= value), default=None
    )


def _find_changes(population: Population, row: Row) -> list[tuple[str, Row]]:
    """Return one more order, and the fewest days less that change the R score; each with the grades that follow."""
    me, more = row[CUSTOMER_ID], row[FREQUENCY] + 1
    found = [(f"one more order ({more:,} in all)", population.grade(me, **{FREQUENCY: more}))]
    days = _days_of_another_score(population, row)
    if days is not None:
        fewer = pluralize(row[RECENCY_DAYS] - days, "day") + " fewer"
        words = f"{fewer} since the last order ({pluralize(days, 'day')})"
        found.append((words, population.grade(me, **{RECENCY_DAYS: days})))
    return found


def _days_of_another_score(population: Population, row: Row) -> int | None:
    """Return the most days below the customer's own that get another R score, found by halving; None where none do."""

    def is_same(days: int) -> bool:
        return bool(population.grade(row[CUSTOMER_ID], **{RECENCY_DAYS: days})["r_score"] == row["r_score"])

    if is_same(0):
        return None
    other, own = 0, int(row[RECENCY_DAYS])
    while own - other > 1:
        middle = (other + own) // 2
        other, own = (other, middle) if is_same(middle) else (middle, own)
    return other
