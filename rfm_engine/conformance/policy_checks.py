"""The checks of tier policies: each raises a `PluginError` that says what it saw."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Final, Literal

import polars as pl

from rfm_engine.columns import CUSTOMER_ID, REGION, RFM_SCORE, SCORES, TIER, Metric
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
from rfm_engine.conformance.sample_customers import BY, FORTUNE, edge_lists, large_lists, make_customers, sample_lists
from rfm_engine.conformance.scheme_checks import KEYS, WEIGHTS
from rfm_engine.errors import DatasetError, PluginError
from rfm_engine.grading.coverage import possible_scores, prove_coverage
from rfm_engine.grading.expressions import find_numbers, looks_at_rows_alone
from rfm_engine.grading.guard import verify_tiers
from rfm_engine.grading.scoring import score_metrics
from rfm_engine.grading.tiering import assign_tiers, list_tiers, tier_conditions
from rfm_engine.plugin_api import Tier

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from rfm_engine.plugin_api import Scheme, TierPolicy

AS_OF: Final = date(2025, 7, 1)
LEADING: Final = 25
MOST_NUMBERS: Final = 300


def possible_customers(policy: TierPolicy, scheme: Scheme) -> pl.DataFrame:
    """Return every combination of scores for customers of many kinds, with all the columns that a policy may read.

    Among them each metric takes every number that the policy names, and those beside it, with one of the others.
    """
    numbers = set().union(*map(find_numbers, tier_conditions(policy)))
    beside = sorted({n + step for n in numbers for step in (-1, 0, 1) if 0 < n + step < FORTUNE})[:MOST_NUMBERS]
    named = [three for n in beside for three in ((n, 1, 1), (1, n, 1), (1, 1, n))]
    parts = [sample_lists().head(LEADING), edge_lists()["one customer of long ago"], make_customers({"named": named})]
    kinds = pl.concat(parts)
    return possible_scores(scheme, WEIGHTS).join(kinds.lazy(), how="cross").collect()


def grade_customers(
    policy: TierPolicy,
    scheme: Scheme,
    customers: pl.DataFrame,
    by: Sequence[str] = BY,
    engine: Literal["in-memory", "streaming"] = "in-memory",
) -> pl.DataFrame:
    """Return the customers scored and graded, sorted by list and customer_id, as they come."""
    scored = score_metrics(customers.lazy(), scheme, WEIGHTS, by).collect().lazy()
    return assign_tiers(scored, policy, AS_OF, by).collect(engine=engine).sort(KEYS)


def names_each_tier_once(policy: TierPolicy, scheme: Scheme) -> None:
    """The tier table holds at least one `Tier`, each of another name."""
    del scheme
    table = list_tiers(policy)
    if not table or not all(isinstance(tier, Tier) for tier in table) or len({t.name for t in table}) < len(table):
        message = f"expected tiers of different names, got {table!r}"
        raise PluginError(message)


def has_no_python_function(policy: TierPolicy, scheme: Scheme) -> None:
    """The expressions run in Polars alone: no Python function per row, group or column."""
    del scheme
    for position, tier in enumerate(list_tiers(policy)):
        require_no_python_function(policy.belongs(position), f"tier {tier.name!r}")


def gives_the_same_expressions_again(policy: TierPolicy, scheme: Scheme) -> None:
    """The expressions depend on the options alone, not on the clock, on chance or on earlier calls."""
    del scheme
    for position, tier in enumerate(list_tiers(policy)):
        require_equal_expressions(policy.belongs(position), policy.belongs(position), f"tier {tier.name!r}")


def reads_promised_columns_only(policy: TierPolicy, scheme: Scheme) -> None:
    """The expressions read customer_id, the metrics, the scores and the total, which are always there."""
    del scheme
    for position, tier in enumerate(list_tiers(policy)):
        promised = {*PROMISED_COLUMNS, *SCORES, RFM_SCORE}
        require_promised_columns(policy.belongs(position), promised, f"tier {tier.name!r}")


def gives_every_score_one_tier(policy: TierPolicy, scheme: Scheme) -> None:
    """Every possible score, with metrics at every border that the policy names, has one tier, or takes the first."""
    try:
        prove_coverage(policy, scheme, WEIGHTS)
    except DatasetError as error:
        raise PluginError(str(error)) from error
    if not _looks_at_lists(policy):
        _require_one_tier(policy, possible_customers(policy, scheme))


def _require_one_tier(policy: TierPolicy, customers: pl.DataFrame) -> None:
    pairs = zip(list_tiers(policy), tier_conditions(policy), strict=True)
    fits = pl.concat_list(pl.when(belongs).then(pl.lit(tier.name)) for tier, belongs in pairs).list.drop_nulls()
    most = len(list_tiers(policy)) if policy.first_match else 1
    wrong = customers.with_columns(fits.alias("fits")).filter(~pl.col("fits").list.len().is_between(1, most))
    if len(wrong):
        seen = wrong.sort(RFM_SCORE, *SCORES).row(0, named=True)
        values = ", ".join(f"{column} {seen[column]}" for column in (RFM_SCORE, *SCORES, *(m.column for m in Metric)))
        message = f"{' and '.join(seen['fits']) or 'no tier'} for {values} (and {len(wrong) - 1} more)"
        raise PluginError(message)


def gives_every_customer_one_tier(policy: TierPolicy, scheme: Scheme) -> None:
    """Each customer of lists of every size, down to none, has one tier, whatever the others in the list are."""
    if not _looks_at_lists(policy):
        return
    numbers = set().union(*map(find_numbers, tier_conditions(policy)))
    for name, customers in {"several lists": sample_lists(), **edge_lists(), **large_lists(numbers)}.items():
        try:
            for by in (BY, ()):
                verify_tiers(grade_customers(policy, scheme, customers, by), policy, by)
        except (PluginError, pl.exceptions.PolarsError) as error:
            message = f"{name}: {error}"
            raise PluginError(message) from error


def grades_each_list_alone(policy: TierPolicy, scheme: Scheme) -> None:
    """A list gets the same tiers whether or not other lists are graded with it, or were before."""
    if not _looks_at_lists(policy):
        return
    frame = sample_lists()
    together = grade_customers(policy, scheme, frame)
    with met_before(frame[CUSTOMER_ID], tier_conditions(policy)):
        _require_same(together, grade_customers(policy, scheme, frame), MET_BEFORE)
    for (name,), alone in frame.group_by(REGION, maintain_order=True):
        beside = together.filter(pl.col(REGION) == name)
        _require_same(grade_customers(policy, scheme, alone, ()), beside, "other lists beside it")


def grades_alike_on_every_engine(policy: TierPolicy, scheme: Scheme) -> None:
    """In one piece, in many chunks and streaming, the tiers are the same, so no memory budget changes them."""
    if not _looks_at_lists(policy):
        return
    frame = sample_lists()
    for customers, by in ((frame, BY), (frame.filter(pl.col(REGION) == "ties"), ())):
        expected = grade_customers(policy, scheme, customers, by)
        chunks = pl.concat(customers.iter_slices(50), rechunk=False)
        _require_same(expected, grade_customers(policy, scheme, chunks, by), "many chunks")
        streamed = grade_customers(policy, scheme, customers, by, engine="streaming")
        _require_same(expected, streamed, "the streaming engine")


def _looks_at_lists(policy: TierPolicy) -> bool:
    return not all(map(looks_at_rows_alone, tier_conditions(policy)))


def _require_same(expected: pl.DataFrame, found: pl.DataFrame, why: str) -> None:
    pairs = expected.select(*KEYS, TIER).with_columns(found[TIER].alias("found"))
    wrong = pairs.filter(pl.col(TIER).ne_missing(pl.col("found")))
    if len(wrong):
        row = wrong.row(0, named=True)
        message = f"customer {row[CUSTOMER_ID]} of list {row[REGION]} is {row[TIER]}, but {row['found']} with {why}"
        raise PluginError(message)


CHECKS: Final[tuple[Callable[[TierPolicy, Scheme], None], ...]] = (
    can_be_registered,
    options_survive_toml,
    describes_itself_in_both_languages,
    names_each_tier_once,
    has_no_python_function,
    gives_the_same_expressions_again,
    reads_promised_columns_only,
    gives_every_score_one_tier,
    gives_every_customer_one_tier,
    grades_each_list_alone,
    grades_alike_on_every_engine,
)
