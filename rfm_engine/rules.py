"""The rules that are in force for one list of customers, from a file, an option or a call."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal, NamedTuple

from rfm_engine.columns import ALIASES, REGION
from rfm_engine.errors import DataError
from rfm_engine.vocabulary.currencies import CENTS, SEVERAL, counted_decimals

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date
    from decimal import Decimal

    from rfm_engine.plugin_api import Scheme, TierPolicy

Grain = Literal["order", "line", "day"]
Refunds = Literal["reject", "net"]
OrderTotal = Literal["once", "repeated"]
LatestExport = Literal["rejected", "wins"]
OrderIdsPer = Literal["all", "store"]
Sameness = Literal["invisible", "wrapping", "apostrophe", "width", "case", "space", "point_zero"]
"""Ways in which two spellings of one customer id may differ."""


@dataclass(frozen=True)
class Rules:
    """Which orders count, how customers split into lists, and how they are scored and graded.

    `since` None opens the window to the past, `region` and `keep_status` None keep every row, `by` empty is one list.
    What is dropped of the last order, and no list is made of, is not read. `dormant` lists those too who ordered before
    the window alone. `carry` are further columns of the last order.
    `currency` is what the orders say of it: the code of all amounts, empty where lists have their own, None for yuan;
    money is counted in whole numbers of so many `decimals`.
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
    nobody: tuple[str, ...] = ()
    same_id: tuple[Sameness, ...] = ()
    same_region: bool = False
    exclude_customer: tuple[str, ...] = ()
    keep_currency: str | None = None
    order_total: OrderTotal = "once"
    latest_export: LatestExport | None = None
    order_ids_per: OrderIdsPer = "all"
    drop: tuple[str, ...] = ()
    carry: tuple[str, ...] = ()
    dormant: bool = False
    currency: str | None = None
    decimals: int = CENTS

    def in_currency(self, currency: str | None, decimals: int) -> Rules:
        """Return the rules for orders whose money is in this currency and counted with so many decimals.

        Raises:
            DataError: The scheme is not for such money.
        """
        try:
            scheme, tiers = self.scheme.with_decimals(decimals), self.tiers.with_decimals(decimals)
        except ValueError as error:
            raise DataError(str(error)) from error
        return replace(self, currency=currency, decimals=decimals, scheme=scheme, tiers=tiers)

    def in_currencies(self, codes: Sequence[str]) -> Rules:
        """Return the rules for orders whose money is in these currencies; in yuan without one."""
        currency = (codes[0] if len(codes) == 1 else SEVERAL) if codes else None
        return self.in_currency(currency, counted_decimals(codes))

    @property
    def further_columns(self) -> tuple[str, ...]:
        """The columns that the rules need besides those that are always looked for."""
        return tuple(dict.fromkeys(name for name in (*self.by, *self.carry) if name not in ALIASES))


class Weights(NamedTuple):
    """The weights of R, F and M in the total; they are used as given and need not sum to 1."""

    recency: Decimal
    frequency: Decimal
    monetary: Decimal

    @property
    def decimals(self) -> int:
        """How many decimals a total needs: as many as the weight with the most, without trailing zeros."""
        exponents = (weight.normalize().as_tuple().exponent for weight in self)
        return max(0, *(-exponent for exponent in exponents if isinstance(exponent, int)))
