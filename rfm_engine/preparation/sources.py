"""What an order source says of its orders: their grain, the statuses that count, words for no customer."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from rfm_engine.columns import STATUS
from rfm_engine.preparation.spellings import list_values
from rfm_engine.vocabulary.statuses import fold_status

if TYPE_CHECKING:
    from collections.abc import Collection

    import polars as pl

    from rfm_engine.orders.reading import Orders
    from rfm_engine.rules import Rules


def follow_source(orders: pl.LazyFrame, rules: Rules, source: Orders, declared: Collection[str]) -> Rules:
    """Return the rules with what the order source says, where all files are of one; declared keys stay as they are."""
    known = source.source
    if known is None:
        return rules
    changes: dict[str, Any] = {"nobody": (*rules.nobody, *known.nobody)}
    if "grain" not in declared:
        changes["grain"] = known.grain
    if "keep_status" not in declared and known.statuses and STATUS in orders.collect_schema():
        folded = {fold_status(status) for status in known.statuses}
        kept = tuple(status for status in list_values(orders, STATUS) if fold_status(status) in folded)
        changes["keep_status"] = kept or known.statuses
    return replace(rules, **changes)
