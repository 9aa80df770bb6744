"""Quintile scores of the oracle."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from decimal import Decimal

    from tests.oracle.scorer import Rules


def quintile_scores(values: dict[str, int] | dict[str, Decimal], rules: Rules) -> dict[str, int]:
    """1 + floor(bins (a - 1) / n), a the rank among n, smallest first; ordinal ranks the smaller customer lower."""
    in_order = sorted(values, key=lambda customer: (values[customer], customer))
    ordinal = {customer: rank for rank, customer in enumerate(in_order, start=1)}
    lowest = {values[customer]: ordinal[customer] for customer in reversed(in_order)}  # of those tied, the last stays
    highest = {values[customer]: ordinal[customer] for customer in in_order}
    scores = {}
    for customer, value in values.items():
        low, high, own = lowest[value], highest[value], ordinal[customer]
        twice_a = {"min": 2 * low, "max": 2 * high, "average": low + high, "ordinal": 2 * own}[rules.ties]
        scores[customer] = 1 + rules.bins * (twice_a - 2) // (2 * len(values))
    return scores
