"""Apply a tier policy to scored customers: the tier, how often to make contact, by when, and what about."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from rfm_engine.columns import CONTACT_COLUMNS, TIER

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from rfm_engine.plugin_api import Tier, TierPolicy


def assign_tiers(scored: pl.LazyFrame, policy: TierPolicy, as_of: date) -> pl.LazyFrame:
    """Add `tier` (an Enum in the policy's order) and the contact columns; one row per customer, in the order given."""
    tiers = policy.tier_table()
    names = pl.Enum([tier.name for tier in tiers])
    chain = pl.coalesce(
        pl.when(policy.belongs(position)).then(pl.lit(tier.name, dtype=names)) for position, tier in enumerate(tiers)
    )
    with_tier = scored.with_columns(chain.alias(TIER))
    return with_tier.with_columns(contact_columns(tiers, as_of))


def contact_columns(tiers: Sequence[Tier], as_of: date) -> list[pl.Expr]:
    """Return the contact columns of each tier; null where the tier states no contacts."""
    cadences = [tier.contacts for tier in tiers]
    table = pl.DataFrame(
        {
            "contacts_min": [each and each.contacts_min for each in cadences],
            "contacts_max": [each and each.contacts_max for each in cadences],
            "contact_every_months": [each and each.every_months for each in cadences],
            "focus": [tier.focus or None for tier in tiers],
        },
        schema_overrides={"contacts_min": pl.Int32, "contacts_max": pl.Int32, "contact_every_months": pl.Int32}
        | {"focus": pl.String},
    )
    until = pl.lit(as_of, dtype=pl.Date).dt.offset_by(pl.format("{}mo", "contact_every_months"))
    columns = table.with_columns(until.alias("next_contact_by"))
    return [pl.lit(columns[name]).gather(pl.col(TIER).to_physical()).alias(name) for name in CONTACT_COLUMNS]
