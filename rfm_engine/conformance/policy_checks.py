"""The checks of tier policies: each raises a `PluginError` that says what it saw."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import polars as pl

from rfm_engine.columns import RFM_SCORE, SCORES, Metric
from rfm_engine.conformance.class_checks import can_be_registered, options_survive_toml, require_no_python_function
from rfm_engine.conformance.sample_customers import edge_lists, sample_lists
from rfm_engine.conformance.scheme_checks import WEIGHTS
from rfm_engine.errors import PluginError
from rfm_engine.grading.coverage import possible_scores
from rfm_engine.plugin_api import Tier

if TYPE_CHECKING:
    from collections.abc import Callable

    from rfm_engine.plugin_api import Scheme, TierPolicy

LEADING: Final = 25


def possible_customers(scheme: Scheme) -> pl.DataFrame:
    """Return every combination of scores for customers of many kinds, with all the columns that a policy may read."""
    kinds = pl.concat([sample_lists().head(LEADING), edge_lists()["one customer of long ago"]])
    return possible_scores(scheme, WEIGHTS).join(kinds.lazy(), how="cross").collect()


def names_each_tier_once(policy: TierPolicy, scheme: Scheme) -> None:
    """The tier table is a tuple of at least one `Tier`, each of another name."""
    del scheme
    table = policy.tier_table()
    if not table or not all(isinstance(tier, Tier) for tier in table) or len({t.name for t in table}) < len(table):
        message = f"expected a tuple of tiers of different names, got {table!r}"
        raise PluginError(message)


def has_no_python_function(policy: TierPolicy, scheme: Scheme) -> None:
    """The expressions run in Polars alone: no Python function per row, group or column."""
    del scheme
    for position, tier in enumerate(policy.tier_table()):
        require_no_python_function(policy.belongs(position), f"tier {tier.name!r}")


def gives_every_score_one_tier(policy: TierPolicy, scheme: Scheme) -> None:
    """Every possible combination of scores, with any metrics, belongs to one tier, or takes the first that fits."""
    customers = possible_customers(scheme)
    names = [tier.name for tier in policy.tier_table()]
    fits = customers.select(
        pl.concat_list(
            pl.when(policy.belongs(position)).then(pl.lit(name)) for position, name in enumerate(names)
        ).list.drop_nulls()
    ).to_series()
    most = len(names) if policy.first_match else 1
    wrong = customers.with_columns(fits.alias("fits")).filter(~pl.col("fits").list.len().is_between(1, most))
    if len(wrong):
        seen = wrong.sort(RFM_SCORE, *SCORES).row(0, named=True)
        values = ", ".join(f"{column} {seen[column]}" for column in (RFM_SCORE, *SCORES, *(m.column for m in Metric)))
        message = f"{' and '.join(seen['fits']) or 'no tier'} for {values} (and {len(wrong) - 1} more)"
        raise PluginError(message)


def grades_each_customer_alone(policy: TierPolicy, scheme: Scheme) -> None:
    """A customer's tier depends on no one else: the rest of the list may be left out or come in another order."""
    customers = possible_customers(scheme)
    for position, tier in enumerate(policy.tier_table()):
        belongs = policy.belongs(position).alias("belongs")
        expected = customers.with_columns(belongs)["belongs"]
        backwards = customers.reverse().with_columns(belongs)["belongs"].reverse()
        alone = pl.concat(part.with_columns(belongs)["belongs"] for part in customers.head(LEADING).iter_slices(1))
        if not (expected.equals(backwards) and expected.head(LEADING).equals(alone)):
            message = f"who belongs to tier {tier.name!r} changes with the other customers in the list"
            raise PluginError(message)


CHECKS: Final[tuple[Callable[[TierPolicy, Scheme], None], ...]] = (
    can_be_registered,
    options_survive_toml,
    names_each_tier_once,
    has_no_python_function,
    gives_every_score_one_tier,
    grades_each_customer_alone,
)
