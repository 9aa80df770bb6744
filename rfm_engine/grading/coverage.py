"""The proof that a tier policy gives every possible score one tier."""

from __future__ import annotations

from math import prod
from typing import TYPE_CHECKING, Final

import polars as pl

from rfm_engine.columns import RFM_SCORE, SCORES, Metric
from rfm_engine.errors import DatasetError
from rfm_engine.grading.guard import attribute_plugin_errors, looks_beyond_scores
from rfm_engine.grading.scoring import weighted_total

if TYPE_CHECKING:
    from rfm_engine.plugin_api import Scheme, TierPolicy
    from rfm_engine.rules import Weights

SHOWN = 5
MOST_COMBINATIONS: Final = 2_000_000
"""Of scores of R, F and M: every one of them is looked at before any order is read."""

PROVED: Final[list[tuple[TierPolicy, Scheme, Weights]]] = []
"""What was proved last: the datasets of one run mostly share their rules, and a proof takes 2 ms."""


def possible_scores(scheme: Scheme, weights: Weights) -> pl.LazyFrame:
    """Return every combination of scores the scheme can give, with its total; one row per combination."""
    r, f, m = (pl.LazyFrame({metric.score: scheme.score_range(metric).scores}) for metric in Metric)
    return r.join(f, how="cross").join(m, how="cross").with_columns(weighted_total(weights))


def prove_coverage(policy: TierPolicy, scheme: Scheme, weights: Weights) -> None:
    """Check that every possible score has one tier; a policy that looks beyond the scores is checked on the customers.

    Raises:
        DatasetError: A score without a tier, or with two (unless the first match wins); it names the first of them.
    """
    if (policy, scheme, weights) in PROVED:
        return
    _refuse_many_scores(scheme)
    with attribute_plugin_errors(scheme, policy, weights):
        faults = [] if looks_beyond_scores(policy) else _find_faults(policy, scheme, weights)
    if faults:
        more = f", and {len(faults) - SHOWN} more" if len(faults) > SHOWN else ""
        message = (
            f"tier policy {policy.name!r} does not give every possible score one tier: "
            f"{'; '.join(faults[:SHOWN])}{more}. "
            "Change its bounds so that each score has exactly one tier."
        )
        raise DatasetError(message)
    PROVED[:] = [(policy, scheme, weights)]


def _refuse_many_scores(scheme: Scheme) -> None:
    """Refuse scores of which there are too many combinations, before any of them is made."""
    counts = [len(scheme.score_range(metric).scores) for metric in Metric]
    if prod(counts) > MOST_COMBINATIONS:
        message = (
            f"scheme {scheme.name!r} has {' x '.join(f'{count:,}' for count in counts)} combinations of scores; "
            f"at most {MOST_COMBINATIONS:,} are checked; use fewer cut points or bins"
        )
        raise DatasetError(message)


def _find_faults(policy: TierPolicy, scheme: Scheme, weights: Weights) -> list[str]:
    """Return the totals without a tier and those with two, in words, rising; with one combination of scores each."""
    names = [tier.name for tier in policy.tier_table()]
    fits = [
        pl.when(policy.belongs(place)).then(pl.lit(value=True)).alias(f"tier {place}") for place in range(len(names))
    ]
    fitting = pl.sum_horizontal(pl.col(f"tier {place}").cast(pl.UInt32) for place in range(len(names)))
    faulty = fitting == 0 if policy.first_match else fitting != 1
    found = possible_scores(scheme, weights).with_columns(fits).filter(faulty).sort(RFM_SCORE, *SCORES, descending=True)
    shown = {
        (row[RFM_SCORE], tuple(row[f"tier {place}"] for place in range(len(names)))): row
        for row in found.collect().to_dicts()
    }
    return [
        f"{' and '.join(name for name, fit in zip(names, fit, strict=True) if fit) or 'no tier'} "
        f"for X = {x} (R {row['r_score']}, F {row['f_score']}, M {row['m_score']})"
        for (x, fit), row in reversed(shown.items())
    ]
