"""A sound policy that looks at the whole list."""

import polars as pl

from rfm_engine.plugin_api import Tier, TierPolicy, hookimpl


class TenBest(TierPolicy):
    """The ten of each list who spent most, those above its mean, and the others."""

    name = "ten-best"

    def tier_table(self) -> tuple[Tier, ...]:
        return (Tier(name="VIP"), Tier(name="above"), Tier(name="below"))

    def belongs(self, position: int) -> pl.Expr:
        spend = pl.col("monetary_fen")
        best = spend.rank("ordinal", descending=True) <= 10
        above = spend * pl.len() > spend.sum()
        return (best, above & ~best, ~above & ~best)[position]


@hookimpl
def rfm_register_tier_policies() -> list[type[TierPolicy]]:
    return [TenBest]
