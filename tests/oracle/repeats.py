"""Rows of the oracle that stand for one order."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.oracle.scorer import Row


def outcomes_of_repeats(rows: list[Row]) -> dict[int, tuple[str, str, str]]:
    """Rows of one (list, customer, order_id): if any two differ, all conflict; else all but the first repeat it."""
    groups: dict[object, list[Row]] = defaultdict(list)
    for row in rows:
        groups[row.list_key, row.customer_id, row.order_id].append(row)
    outcomes: dict[int, tuple[str, str, str]] = {}
    for group in groups.values():
        if len(set(group)) > 1:
            outcomes |= {row.index: ("rejected", "order_id", "conflicting") for row in group}
        else:
            outcomes |= {row.index: ("duplicates", "", "") for row in group[1:]}
    return outcomes
