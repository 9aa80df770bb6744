"""Findings about the rules: totals that all fall into one tier."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rfm_engine.findings import Finding
from rfm_engine.grading.coverage import find_only_tier

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rfm_engine.review.reviewed import Reviewed


def find_unreachable_tiers(reviewed: Reviewed) -> Iterator[Finding]:
    """Find rules under which every customer gets the same tier, whoever the customers are."""
    rules = reviewed.rules
    if only := find_only_tier(rules.tiers, rules.scheme, rules.weights):
        tier, least, most = only
        weights = ", ".join(map(str, rules.weights))
        words = f"with the weights {weights} every total from {least} to {most} is tier {tier}, so all customers are"
        yield Finding("RFM601", words, fix="--weights, or the bounds of --tiers")
