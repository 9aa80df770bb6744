"""Apply a scheme to customers: three scores and the exact weighted total."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from rfm_engine.columns import RFM_SCORE, Metric
from rfm_engine.errors import DatasetError
from rfm_engine.plugin_api import Scheme
from rfm_engine.plugin_api.scores import TOTAL_PRECISION

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from rfm_engine.rules import Weights


def score_metrics(customers: pl.LazyFrame, scheme: Scheme, weights: Weights, by: Sequence[str]) -> pl.LazyFrame:
    """Add `r_score`, `f_score`, `m_score` and `rfm_score`; one row per customer, in the order given.

    The scheme's expression is evaluated for each list alone, R first, so that a later metric may use earlier scores.
    Where lists have rules of their own, the customers are collected; those of a list must then stand together.

    Raises:
        DatasetError: The scheme has no rules for some of the lists.
    """
    if has_rules_by_list(scheme):
        return _score_list_by_list(customers.collect(), scheme, weights, by)
    return _score(customers, scheme, weights, by)


def _score(customers: pl.LazyFrame, scheme: Scheme, weights: Weights, by: Sequence[str]) -> pl.LazyFrame:
    for metric in Metric:
        score = scheme.score(metric)
        customers = customers.with_columns((score.over(by) if by else score).alias(metric.score))
    return customers.with_columns(weighted_total(weights, scheme))


def has_rules_by_list(scheme: Scheme) -> bool:
    """Return whether lists may be scored by different rules."""
    return type(scheme).in_list is not Scheme.in_list


def list_values(by: Sequence[str], values: Sequence[object]) -> dict[str, str]:
    """Return what a scheme sees of a list: its columns with their values, without those that are missing."""
    return {name: str(value) for name, value in zip(by, values, strict=True) if value is not None}


def _score_list_by_list(customers: pl.DataFrame, scheme: Scheme, weights: Weights, by: Sequence[str]) -> pl.LazyFrame:
    parts = customers.partition_by(by, as_dict=True, maintain_order=True) if by else {(): customers}
    schemes = {values: scheme.in_list(list_values(by, values)) for values in parts}
    _refuse_missing(values for values, one in schemes.items() if one is None)
    pairs = [(part, one) for part, one in zip(parts.values(), schemes.values(), strict=True) if one is not None]
    return pl.concat(_score(part.lazy(), one, weights, ()) for part, one in pairs or [(customers, scheme)])


def _refuse_missing(lists: Iterable[tuple[object, ...]]) -> None:
    names = [", ".join(map(str, values)) or "the one list" for values in lists]
    if names:
        message = (
            f"no cut points for {len(names)} of the lists: {'; '.join(names)}; fit a run that has them, "
            "or let them be ranked anew, --missing-list refit"
        )
        raise DatasetError(message)


def give_worst_scores(customers: pl.DataFrame, scheme: Scheme, weights: Weights) -> pl.DataFrame:
    """Return customers with the worst score that the scheme has for each metric, and the total of these."""
    ranges = {metric.score: scheme.score_range(metric) for metric in Metric}
    scored = customers.with_columns(pl.lit(each.worst).alias(name) for name, each in ranges.items())
    return scored.with_columns(weighted_total(weights, scheme))


def weighted_total(weights: Weights, scheme: Scheme) -> pl.Expr:
    """Return the weighted sum of the scores as a Decimal: whole numbers over a common denominator, never a float.

    Where the scheme gives its best customers the lowest score, the scores are turned round first: more is better.
    """
    terms = (
        scheme.score_range(metric).upward(pl.col(metric.score).cast(pl.Int64)) * int(weight.scaleb(weights.decimals))
        for metric, weight in zip(Metric, weights, strict=True)
    )
    total = pl.Decimal(TOTAL_PRECISION, weights.decimals)
    return pl.sum_horizontal(terms).cast(pl.Int128).reinterpret(dtype=total).alias(RFM_SCORE)
