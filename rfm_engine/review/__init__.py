"""The orders looked at once more: what a reader of the list might not expect, as findings; no number changes here."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rfm_engine.review.order_ids import find_missing_order_ids
from rfm_engine.review.reviewed import Reviewed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rfm_engine.findings import Finding

__all__ = ["Reviewed", "review"]

CHECKS = (find_missing_order_ids,)
"""Each yields the findings of one kind, in the order of their codes."""


def review(reviewed: Reviewed) -> Iterator[Finding]:
    """Yield what is found in the orders of one dataset."""
    for check in CHECKS:
        yield from check(reviewed)
