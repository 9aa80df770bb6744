"""The orders looked at once more: what a reader of the list might not expect, as findings; no number changes here."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from itertools import chain
from typing import TYPE_CHECKING, Final

import polars as pl

from rfm_engine.review import customers, files, order_ids, regions, statuses, tiers
from rfm_engine.review.no_orders import no_orders_error
from rfm_engine.review.reviewed import Reviewed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rfm_engine.findings import Finding

__all__ = ["Reviewed", "no_orders_error", "review"]

CHECKS = (
    files.find_copies,
    files.find_sources,
    files.find_amount_choices,
    files.find_unit_prices,
    files.find_refunds,
    files.find_missing_currencies,
    customers.find_spellings,
    customers.find_customers_in_several_lists,
    customers.find_ids_of_single_orders,
    customers.find_formula_like_ids,
    customers.find_no_ones,
    order_ids.find_missing_order_ids,
    statuses.find_unfiltered_statuses,
    order_ids.find_conflicts,
    order_ids.find_shared_order_ids,
    order_ids.find_lines_in_several_exports,
    order_ids.find_deductions,
    statuses.find_unread_payment_times,
    statuses.find_unread_statuses,
    order_ids.find_repeated_totals,
    order_ids.find_lines_of_totals,
    order_ids.find_repeated_lines,
    statuses.find_rejected_refunds,
    regions.find_region_spellings,
    regions.find_regions_left_out,
    regions.find_unread_regions,
    tiers.find_unreachable_tiers,
)
"""Each yields the findings of one kind, in the order of their codes."""

MANY: Final = 100_000
"""Customers from which on checks run side by side, as most use one core: of 6 million in 0.3 s, not 0.5 s."""


def review(reviewed: Reviewed) -> Iterator[Finding]:
    """Yield what is found in the orders of one dataset, in the order of the checks."""
    if reviewed.customers.height < MANY:
        yield from chain.from_iterable(check(reviewed) for check in CHECKS)
        return
    with ThreadPoolExecutor(pl.thread_pool_size()) as pool:
        yield from chain.from_iterable(pool.map(lambda check: [*check(reviewed)], CHECKS))
