"""The rules that are in force for one list of customers, whoever stated them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from rfm_engine.columns import REGION

if TYPE_CHECKING:
    from datetime import date

    from rfm_engine.plugin_api import Scheme, TierPolicy
    from rfm_engine.scoring import Weights

Grain = Literal["order", "line"]


Refunds = Literal["reject", "net"]


@dataclass(frozen=True)
class Rules:
    """Which orders count, how customers split into lists, and how they are scored and graded.

    `since` None opens the window to the past, `region` and `keep_status` None keep every row, `by` empty is one list.
    What the newest order brings along and the list does not show, `drop`, is not read.
    """

    as_of: date
    weights: Weights
    scheme: Scheme
    tiers: TierPolicy
    since: date | None = None
    by: tuple[str, ...] = (REGION,)
    region: tuple[str, ...] | None = None
    keep_status: tuple[str, ...] | None = None
    grain: Grain = "order"
    refunds: Refunds = "reject"
    unique_order_ids: bool = False
    drop: tuple[str, ...] = ()
