"""The checks of schemes: each raises a `PluginError` that says what it saw."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Final, Literal

import polars as pl

from rfm_engine.columns import CUSTOMER_ID, REGION, RFM_SCORE, SCORES, Metric
from rfm_engine.conformance.class_checks import (
    MET_BEFORE,
    PROMISED_COLUMNS,
    can_be_registered,
    describes_itself_in_both_languages,
    met_before,
    options_survive_toml,
    require_equal_expressions,
    require_no_python_function,
    require_promised_columns,
)
from rfm_engine.conformance.sample_customers import BY, edge_lists, large_lists, sample_lists
from rfm_engine.errors import PluginError
from rfm_engine.grading.expressions import find_numbers
from rfm_engine.grading.guard import verify_scores
from rfm_engine.grading.scoring import score_metrics
from rfm_engine.plugin_api import Scheme
from rfm_engine.rules import Weights

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence


WEIGHTS: Final = Weights(Decimal("0.3"), Decimal("0.3"), Decimal("0.4"))
KEYS: Final = (REGION, CUSTOMER_ID)


def score_customers(
    scheme: Scheme,
    customers: pl.DataFrame,
    by: Sequence[str] = BY,
    engine: Literal["in-memory", "streaming"] = "in-memory",
) -> pl.DataFrame:
    """Return the customers with their scores, sorted by list and customer_id."""
    return score_metrics(customers.lazy(), scheme, WEIGHTS, by).collect(engine=engine).sort(KEYS)


def checks_for(scheme: Scheme) -> Iterator[Callable[[Scheme], None]]:
    """Yield the checks that fit what the scheme declares."""
    yield can_be_registered
    yield options_survive_toml
    yield describes_itself_in_both_languages
    yield has_no_python_function
    yield gives_the_same_expressions_again
    yield reads_promised_columns_only
    yield gives_whole_scores_in_range
    if not scheme.splits_ties:
        yield gives_equal_values_equal_scores
    if scheme.monotone:
        yield never_scores_better_values_worse
    yield ignores_row_order_and_chunks
    yield scores_alike_on_every_engine
    yield scores_edge_populations
    yield scores_each_population_alone
    if type(scheme).frozen is not Scheme.frozen:
        yield scores_alike_when_frozen


def has_no_python_function(scheme: Scheme) -> None:
    """The expression runs in Polars alone: no Python function per row, group or column."""
    for metric in Metric:
        require_no_python_function(scheme.score(metric), metric.name)


def gives_the_same_expressions_again(scheme: Scheme) -> None:
    """The expressions depend on the options alone, not on the clock, on chance or on earlier calls."""
    for metric in Metric:
        require_equal_expressions(scheme.score(metric), scheme.score(metric), metric.name)


def reads_promised_columns_only(scheme: Scheme) -> None:
    """The expressions read customer_id, the metrics and the scores that come before, which are always there."""
    for number, metric in enumerate(Metric):
        require_promised_columns(scheme.score(metric), {*PROMISED_COLUMNS, *SCORES[:number]}, metric.name)


def gives_whole_scores_in_range(scheme: Scheme) -> None:
    """Every customer gets an integer within the declared range, never null."""
    frame = score_customers(scheme, sample_lists())
    for metric in Metric:
        verify_scores(frame, scheme, metric)


def gives_equal_values_equal_scores(scheme: Scheme) -> None:
    """Customers of a list with equal values get equal scores, unless the scheme declares `splits_ties`."""
    frame = score_customers(scheme, sample_lists())
    for metric in Metric:
        seen = frame.group_by(REGION, metric.column).agg(pl.col(metric.score).unique().sort().alias("seen"))
        _refuse(
            seen.filter(pl.col("seen").list.len() > 1).sort(REGION, metric.column),
            f"{metric.column} {{{metric.column}}} of list {{{REGION}}} got the scores {{seen}}; "
            "score equal values equally, or declare splits_ties = True",
        )


def never_scores_better_values_worse(scheme: Scheme) -> None:
    """A better value (fewer days, more orders, more money) never gets a worse score, unless `monotone = False`."""
    frame = score_customers(scheme, sample_lists())
    for metric in Metric:
        upward = 1 if scheme.score_range(metric).best == "highest" else -1
        score = pl.col(metric.score).cast(pl.Float64) * upward
        steps = (
            frame.group_by(REGION, metric.column, metric.worth.alias("worth"))
            .agg(score.min().alias("least"), score.max().alias("most"))
            .sort(REGION, "worth")
            .with_columns(pl.col("most").cum_max().shift(1).over(REGION).alias("worse"))
        )
        _refuse(
            steps.filter(pl.col("worse") > pl.col("least")),
            f"{metric.column} {{{metric.column}}} of list {{{REGION}}} scored worse than a worse value; "
            "check the direction, or declare monotone = False",
        )


def ignores_row_order_and_chunks(scheme: Scheme) -> None:
    """Shuffled rows in many chunks get the same scores; a scheme that splits ties sees them in order of customer_id."""
    frame = sample_lists()
    shuffled = frame.sample(fraction=1.0, shuffle=True, seed=5)
    promised = shuffled.sort(KEYS) if scheme.splits_ties else shuffled
    mixed = pl.concat(promised.iter_slices(50), rechunk=False)
    _require_same(score_customers(scheme, frame), score_customers(scheme, mixed), "other rows first")


def scores_alike_on_every_engine(scheme: Scheme) -> None:
    """Lazily, eagerly and streaming, with many lists or one, the scores are the same."""
    frame = sample_lists()
    for customers, by in ((frame, BY), (frame.filter(pl.col(REGION) == "ties"), ())):
        expected = score_customers(scheme, customers, by)
        _require_same(expected, score_customers(scheme, customers, by, "streaming"), "the streaming engine")
        _require_same(expected, _eagerly(scheme, customers, by), "an eager frame")


def _eagerly(scheme: Scheme, customers: pl.DataFrame, by: Sequence[str]) -> pl.DataFrame:
    for metric in Metric:
        score = scheme.score(metric)
        customers = customers.with_columns((score.over(by) if by else score).alias(metric.score))
    return customers


def scores_edge_populations(scheme: Scheme) -> None:
    """No customer, one, two, thousands, and customers who are all equal: whole scores in range, and one row each."""
    numbers = set().union(*(find_numbers(scheme.score(metric)) for metric in Metric))
    for name, customers in (edge_lists() | large_lists(numbers)).items():
        for by in (BY, ()):
            try:
                frame = score_customers(scheme, customers, by)
                for metric in Metric:
                    verify_scores(frame, scheme, metric)
            except (PluginError, pl.exceptions.PolarsError) as error:
                message = f"a list of {name}: {error}"
                raise PluginError(message) from error


def scores_each_population_alone(scheme: Scheme) -> None:
    """A list gets the same scores whether or not other lists are scored with it, or were before."""
    frame = sample_lists()
    together = score_customers(scheme, frame)
    with met_before(frame[CUSTOMER_ID], map(scheme.score, Metric)):
        _require_same(together, score_customers(scheme, frame), MET_BEFORE)
    for (name,), alone in frame.group_by(REGION):
        _require_same(
            score_customers(scheme, alone, ()), together.filter(pl.col(REGION) == name), "other lists beside it"
        )


def scores_alike_when_frozen(scheme: Scheme) -> None:
    """The scheme's own `frozen` gives the customers that the cut points come from the same scores, or says no."""
    frame = score_customers(scheme, sample_lists())
    for (name,), alone in frame.group_by(REGION):
        fixed = _freeze(scheme, alone)
        if fixed is not None:
            again = score_customers(fixed, alone.select(pl.exclude(*SCORES, RFM_SCORE)), ())
            _require_same(alone.sort(KEYS), again, f"the cut points of list {name}")


def _freeze(scheme: Scheme, scored: pl.DataFrame) -> Scheme | None:
    """Return the scheme with the cut points of scored customers, None where it says that it has none."""
    worst = {
        metric: dict(
            scored.group_by(metric.score)
            .agg(pl.col(metric.column).max() if metric is Metric.RECENCY else pl.col(metric.column).min())
            .rows()
        )
        for metric in Metric
    }
    try:
        return scheme.frozen(worst)
    except ValueError:
        return None


def _require_same(expected: pl.DataFrame, got: pl.DataFrame, why: str) -> None:
    for score in SCORES:
        pairs = expected.select(*KEYS, pl.col(score).alias("expected")).with_columns(got[score].alias("got"))
        _refuse(
            pairs.filter(pl.col("expected").ne_missing(pl.col("got"))),
            f"{score} of customer {{{CUSTOMER_ID}}} in list {{{REGION}}} is {{expected}}, but {{got}} with {why}",
        )


def _refuse(offenders: pl.DataFrame, message: str) -> None:
    if len(offenders):
        more = f" (and {len(offenders) - 1} more)" if len(offenders) > 1 else ""
        raise PluginError(message.format(**offenders.row(0, named=True)) + more)
