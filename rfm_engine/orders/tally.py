"""What the customers of some lists, and the lines of their orders, come to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rfm_engine.orders.order_ids.duplicates import Duplicates


@dataclass(frozen=True, kw_only=True)
class LineCounts:
    """The order lines that count, those of them of nothing or less, and the orders whose sum is rounded."""

    lines: int
    deductions: int
    rounded: int


@dataclass(frozen=True, kw_only=True)
class Tally:
    """What the customers of some lists come to; the tallies of different lists add up to that of all of them.

    `orders` counts the customers' orders, `customers_without_order` those with refunds alone, `rows_on_same_day`, where
    there are no order ids, the rows on the same day as another of the customer; only the `alike_rows` (by number; None:
    any) may repeat another then. `regions` are those that lists are made of, and an amount `may_be_rounded` unless it
    is known that none was. With `has_padding` these are not the customers: white space stands around ids or names.
    """

    orders: int = 0
    customers_without_order: int = 0
    rows_on_same_day: int = 0
    alike_rows: frozenset[int] | None = frozenset()
    regions: frozenset[str] = frozenset()
    may_be_rounded: bool = False
    has_padding: bool = False

    def __add__(self, other: Tally) -> Tally:
        return Tally(
            orders=self.orders + other.orders,
            customers_without_order=self.customers_without_order + other.customers_without_order,
            rows_on_same_day=self.rows_on_same_day + other.rows_on_same_day,
            alike_rows=_join(self.alike_rows, other.alike_rows),
            regions=self.regions | other.regions,
            may_be_rounded=self.may_be_rounded or other.may_be_rounded,
            has_padding=self.has_padding or other.has_padding,
        )


def _join(some: frozenset[int] | None, others: frozenset[int] | None) -> frozenset[int] | None:
    return None if some is None or others is None else some | others


def count_passing(duplicates: Duplicates, tally: Tally, lines: LineCounts | None) -> int:
    """Return how many rows pass every check; without refunds that are netted."""
    return (tally.orders if lines is None else lines.lines) + duplicates.rows.height
