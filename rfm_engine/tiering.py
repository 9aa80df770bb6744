"""Apply a tier policy to scored customers: the tier, how often to make contact, by when, and what about."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import polars as pl

from rfm_engine.columns import CONTACT_COLUMNS, RFM_SCORE, SCORES, TIER, Metric
from rfm_engine.errors import DatasetError
from rfm_engine.plugin_guard import blamed, looks_beyond_scores
from rfm_engine.scoring import total

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from rfm_engine.plugin_api import Scheme, Tier, TierPolicy
    from rfm_engine.scoring import Weights

SHOWN = 5


PROVED: Final[list[tuple[TierPolicy, Scheme, Weights]]] = []
"""What was proved last: the datasets of one run mostly share their rules, and a proof takes 2 ms."""


def graded(scored: pl.LazyFrame, policy: TierPolicy, as_of: date) -> pl.LazyFrame:
    """Add `tier` (an Enum in the policy's order) and the contact columns; one row per customer, in the order given."""
    tiers = policy.tier_table()
    names = pl.Enum([tier.name for tier in tiers])
    chain = pl.coalesce(
        pl.when(policy.belongs(position)).then(pl.lit(tier.name, dtype=names)) for position, tier in enumerate(tiers)
    )
    with_tier = scored.with_columns(chain.alias(TIER))
    return with_tier.with_columns(contacts(tiers, as_of))


def contacts(tiers: Sequence[Tier], as_of: date) -> list[pl.Expr]:
    """Return the contact columns of each tier; null where the tier states no contacts."""
    stated = [tier.contacts for tier in tiers]
    table = pl.DataFrame(
        {
            "contacts_min": [each and each.contacts_min for each in stated],
            "contacts_max": [each and each.contacts_max for each in stated],
            "contact_every_months": [each and each.every_months for each in stated],
            "focus": [tier.focus or None for tier in tiers],
        },
        schema_overrides={"contacts_min": pl.Int32, "contacts_max": pl.Int32, "contact_every_months": pl.Int32}
        | {"focus": pl.String},
    )
    until = pl.lit(as_of, dtype=pl.Date).dt.offset_by(pl.format("{}mo", "contact_every_months"))
    told = table.with_columns(until.alias("next_contact_by"))
    return [pl.lit(told[name]).gather(pl.col(TIER).to_physical()).alias(name) for name in CONTACT_COLUMNS]


def possible_scores(scheme: Scheme, weights: Weights) -> pl.LazyFrame:
    """Return every combination of scores the scheme can give, with its total; one row per combination."""
    r, f, m = (pl.LazyFrame({metric.score: scheme.score_range(metric).scores}) for metric in Metric)
    return r.join(f, how="cross").join(m, how="cross").with_columns(total(weights))


def prove(policy: TierPolicy, scheme: Scheme, weights: Weights) -> None:
    """Check that every possible score has one tier; a policy that looks beyond the scores is checked on the customers.

    Raises:
        DatasetError: A score without a tier, or with two (unless the first match wins); it names the first of them.
    """
    if (policy, scheme, weights) in PROVED:
        return
    with blamed(scheme, policy, weights):
        faults = [] if looks_beyond_scores(policy) else _faults(policy, scheme, weights)
    if faults:
        more = f", and {len(faults) - SHOWN} more" if len(faults) > SHOWN else ""
        message = (
            f"tier policy {policy.name!r} does not give every possible score one tier: "
            f"{'; '.join(faults[:SHOWN])}{more}. "
            "Change its bounds so that each score has exactly one tier."
        )
        raise DatasetError(message)
    PROVED[:] = [(policy, scheme, weights)]


def _faults(policy: TierPolicy, scheme: Scheme, weights: Weights) -> list[str]:
    """Return the totals without a tier and those with two, in words, rising; one combination of scores is told each."""
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
