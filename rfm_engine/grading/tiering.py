"""Apply a tier policy to scored customers: the tier, how often to make contact, by when, and what about."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from rfm_engine.columns import CONTACT_COLUMNS, TIER
from rfm_engine.grading.expressions import looks_at_rows_alone

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from rfm_engine.plugin_api import Tier, TierPolicy


def list_tiers(policy: TierPolicy) -> tuple[Tier, ...]:
    """Return the policy's tiers, best first, in whatever iterable it gives them."""
    return tuple(policy.tier_table())


def tier_conditions(policy: TierPolicy, by: Sequence[str] = ()) -> list[pl.Expr]:
    """Return, for each tier, whether a customer belongs to it; windows see one list of those that `by` tells apart."""
    conditions = [policy.belongs(position) for position in range(len(list_tiers(policy)))]
    return [c.over(by) if by and not looks_at_rows_alone(c) else c for c in conditions]


def assign_tiers(scored: pl.LazyFrame, policy: TierPolicy, as_of: date, by: Sequence[str]) -> pl.LazyFrame:
    """Add `tier` (an Enum in the policy's order) and the contact columns; one row per customer, in the order given.

    The policy's expressions are evaluated for each list alone.
    """
    return scored.with_columns(choose_tier(policy, by)).with_columns(contact_columns(list_tiers(policy), as_of))


def choose_tier(policy: TierPolicy, by: Sequence[str] = ()) -> pl.Expr:
    """Return the first tier that a customer belongs to, as the column `tier`; null where there is none."""
    tiers = list_tiers(policy)
    names = pl.Enum([tier.name for tier in tiers])
    pairs = zip(tiers, tier_conditions(policy, by), strict=True)
    return pl.coalesce(pl.when(belongs).then(pl.lit(tier.name, dtype=names)) for tier, belongs in pairs).alias(TIER)


def contact_columns(tiers: Sequence[Tier], as_of: date) -> list[pl.Expr]:
    """Return the contact columns of each tier; null where the tier names no contacts."""
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
    until = pl.lit(as_of, dtype=pl.Date).dt.offset_by(pl.format("{}mo", "contact_every_months")).cast(pl.Date)
    columns = table.with_columns(until.alias("next_contact_by"))
    return [pl.lit(columns[name]).gather(pl.col(TIER).to_physical()).alias(name) for name in CONTACT_COLUMNS]
