"""Hold schemes and policies to their promises while they are used, and name the one that broke them."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

import polars as pl

from rfm_engine.columns import CUSTOMER_ID, RFM_SCORE, SCORES, TIER, Metric
from rfm_engine.errors import PluginError, RfmError
from rfm_engine.grading.expressions import looks_at_rows_alone
from rfm_engine.grading.scoring import weighted_total
from rfm_engine.grading.tiering import list_tiers, tier_conditions
from rfm_engine.plugin_api import Tier
from rfm_engine.plugins.discovery import distribution_of
from rfm_engine.plugins.error_text import describe_error
from rfm_engine.plugins.validation import KINDS, find_range_faults

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from rfm_engine.plugin_api import Language, PluginBase, Scheme, TierPolicy
    from rfm_engine.rules import Weights

SAMPLE: Final = pl.DataFrame({CUSTOMER_ID: ["somebody"], **{metric.column: [1] for metric in Metric}})
LONGEST: Final = 40
PROVABLE: Final = {*SCORES, RFM_SCORE}


def verify_grades(graded: pl.DataFrame, scheme: Scheme, policy: TierPolicy, by: Sequence[str]) -> None:
    """Check graded customers, at 20 ms for 2 million: whole scores within their range, and one tier each.

    Raises:
        PluginError: A promise is broken; it names the plugin, the metric, and a customer with the values.
    """
    for metric in Metric:
        verify_scores(graded, scheme, metric)
    verify_tiers(graded, policy, by)


def verify_scores(scored: pl.DataFrame, scheme: Scheme, metric: Metric) -> None:
    """Check that a metric's scores are integers, never null, and within the range that the scheme states."""
    scores, declared = scored[metric.score], scheme.score_range(metric)
    if not scores.dtype.is_integer():
        fault, whom = f"expected whole numbers, got {scores.dtype}", _example_customer(scored)
    elif scores.null_count() or not all(end is None or end in declared.scores for end in (scores.min(), scores.max())):
        fault = f"expected scores from {declared.lowest} to {declared.highest}, never null"
        fine = pl.col(metric.score).is_between(declared.lowest, declared.highest).fill_null(value=False)
        whom = _example_customer(scored.filter(~fine))
    else:
        return
    message = f"{describe_plugin(scheme)} broke its promise for {metric.letter}: {fault}{whom}"
    raise PluginError(message, whom)


def verify_tiers(graded: pl.DataFrame, policy: TierPolicy, by: Sequence[str]) -> None:
    """Check that each customer has a tier, and one only unless the first match wins.

    Whether a customer belongs to two tiers matters only for a policy that looks beyond the scores of one customer: for
    all others every combination of scores was tried before any row was read.
    """
    if graded[TIER].null_count():
        example = _example_customer(graded.filter(pl.col(TIER).is_null()))
        message = f"{describe_plugin(policy)} broke its promise: no tier for some customers{example}"
        raise PluginError(message, example)
    if policy.first_match or not looks_beyond_scores(policy):
        return
    names = [tier.name for tier in list_tiers(policy)]
    fits = [condition.fill_null(value=False) for condition in tier_conditions(policy, by)]
    places = [f"\0tier {place}" for place in range(len(names))]
    counted = graded.with_columns(fit.alias(place) for fit, place in zip(fits, places, strict=True))
    twice = counted.filter(pl.sum_horizontal(pl.col(place).cast(pl.UInt32) for place in places) > 1)
    if len(twice):
        both = [name for name, place in zip(names, places, strict=True) if twice[place][0]]
        example = _example_customer(twice)
        message = f"{describe_plugin(policy)} broke its promise: {' and '.join(both)} at once{example}"
        raise PluginError(message, example)


def looks_beyond_scores(policy: TierPolicy) -> bool:
    """Return whether a policy reads more than a customer's scores and total, so that trying these proves nothing."""
    conditions = tier_conditions(policy)
    return not all(looks_at_rows_alone(c) and not set(c.meta.root_names()) - PROVABLE for c in conditions)


@contextmanager
def attribute_plugin_errors(
    scheme: Scheme, policy: TierPolicy, weights: Weights, customers: pl.DataFrame = SAMPLE, by: Sequence[str] = ()
) -> Iterator[None]:
    """Turn whatever a scheme or policy raises inside into a `PluginError` that says who, for what, and where.

    Costs nothing unless something is raised; then the steps are taken one by one to find the culprit. An `RfmError`
    passes through, as does an error that no step repeats.
    """
    try:
        yield
    except (KeyboardInterrupt, RfmError):
        raise
    except BaseException:
        # Polars panics and a plugin's sys.exit are no `Exception`s either.
        _find_culprit(scheme, policy, weights, customers, by)
        raise


def guard_cut_points(scheme: Scheme, metric: Metric) -> list[int] | None:
    """Return the cut points that a scheme states for a metric.

    Raises:
        PluginError: The scheme raised something, or what it states are no whole numbers.
    """
    with _report_failure(f"{describe_plugin(scheme)} failed to state its cut points for {metric.letter}"):
        cuts = scheme.cut_points(metric)
        return None if cuts is None else [int(cut) for cut in cuts]


def guard_description(thing: PluginBase, language: Language) -> str:
    """Return what a scheme or policy says of its rules.

    Raises:
        PluginError: It raised something, or says nothing.
    """
    with _report_failure(f"{describe_plugin(thing)} failed to describe itself in {language!r}"):
        words: object = thing.describe(language)
        if not isinstance(words, str) or not words.strip():
            message = f"expected a text, got {words!r}"
            raise TypeError(message)
        return words


def _find_culprit(
    scheme: Scheme, policy: TierPolicy, weights: Weights, customers: pl.DataFrame, by: Sequence[str]
) -> None:
    with _report_failure(f"{describe_plugin(scheme)} failed to give its score ranges"):
        faults = find_range_faults(scheme)
    if faults:
        message = f"{describe_plugin(scheme)}: {'; '.join(faults)}"
        raise PluginError(message)
    for metric in Metric:
        lists = customers.partition_by(by, maintain_order=True) if by else [customers]
        customers = pl.concat([_scored_alone(one, scheme, metric) for one in lists])
    _find_unsound_tier(customers.with_columns(weighted_total(weights, scheme)), policy, by)


def _scored_alone(one_list: pl.DataFrame, scheme: Scheme, metric: Metric) -> pl.DataFrame:
    with _report_failure(f"{describe_plugin(scheme)} failed for {metric.letter}", _example_customer(one_list)):
        scored = one_list.with_columns(_expression(scheme.score(metric)).alias(metric.score))
    verify_scores(scored, scheme, metric)
    return scored


def _expression(returned: object) -> pl.Expr:
    if not isinstance(returned, pl.Expr):
        message = f"expected a Polars expression, got {returned!r}"
        raise TypeError(message)
    return returned


def _find_unsound_tier(scored: pl.DataFrame, policy: TierPolicy, by: Sequence[str]) -> None:
    with _report_failure(f"{describe_plugin(policy)} failed to give its tiers"):
        tiers = list_tiers(policy)
    names = [tier.name for tier in tiers if isinstance(tier, Tier)]
    if not names or len(set(names)) < len(tiers):
        message = f"{describe_plugin(policy)}: expected tiers of different names, got {tiers!r}"
        raise PluginError(message)
    for position, tier in enumerate(names):
        with _report_failure(f"{describe_plugin(policy)} failed for tier {tier!r}", _example_customer(scored)):
            belongs = _expression(policy.belongs(position))
            dtype = scored.select((belongs.over(by) if by else belongs).alias(TIER))[TIER].dtype
        if dtype != pl.Boolean:
            message = f"{describe_plugin(policy)}: expected a Boolean expression for tier {tier!r}, got {dtype}"
            raise PluginError(message)


@contextmanager
def _report_failure(doing: str, whom: str = "") -> Iterator[None]:
    try:
        yield
    except KeyboardInterrupt:
        raise
    except BaseException as error:
        message = f"{doing}: {describe_error(error)}{whom}"
        raise PluginError(message, whom) from error


def describe_plugin(thing: PluginBase) -> str:
    """Return what a message calls a scheme, policy or gatherer: its kind, name and distribution."""
    kind = next((kind for parent, kind in KINDS.items() if isinstance(thing, parent)), "plugin")
    return f"{kind} {getattr(thing, 'name', type(thing).__name__)!r} of {distribution_of(type(thing))}"


def _example_customer(customers: pl.DataFrame) -> str:
    if customers.is_empty():
        return ""
    before = customers.columns[: customers.columns.index(CUSTOMER_ID)]  # the list stands in front of the customer
    shown = [*before, CUSTOMER_ID, *(metric.column for metric in Metric), *SCORES]
    row = (
        customers.select(column for column in shown if column in customers.columns).sort(CUSTOMER_ID).row(0, named=True)
    )
    values = ", ".join(f"{column} {str(value)[:LONGEST]}" for column, value in row.items())
    return f"; for example {values}" + (f", and {len(customers) - 1:,} more" if len(customers) > 1 else "")
