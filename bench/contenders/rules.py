"""The one job that every contender is given."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass


@dataclass(frozen=True)
class Rules:
    """Quintile scores and tiers A to D of the orders from `since` to `as_of`, a list for each region.

    `unique` promises that no order id repeats. `slim` is the smaller job of peers that know neither lists nor last
    orders: one list, the metrics and scores alone, of a file with customer, order, amount and time.
    """

    as_of: str = "2025-07-01"
    since: str = "2020-01-01"
    unique: bool = False
    slim: bool = False

    def to_json(self) -> str:
        """Return the rules as JSON."""
        return json.dumps(asdict(self))
