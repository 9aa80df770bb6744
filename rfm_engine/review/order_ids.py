"""Findings about order ids: files without any, ids of several customers, conflicts, lines in several exports."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

import polars as pl

from rfm_engine.columns import CUSTOMER_ID, ORDER_ID
from rfm_engine.findings import Finding
from rfm_engine.grading.summary import pluralize
from rfm_engine.orders.order_ids.duplicates import HASH
from rfm_engine.orders.reading import SOURCE_FILE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rfm_engine.review.reviewed import Reviewed

LIKE_AN_ID: Final = re.compile(r"(?i)order|invoice|receipt|ticket|trans|bill|\bno\b|number|id$|单|票|流水|编号|號|号码")
"""Headers that may hold the ids of orders."""


def find_missing_order_ids(reviewed: Reviewed) -> Iterator[Finding]:
    """Find files without order ids in which a customer has several rows on one day."""
    if reviewed.rows_on_same_day:
        rows = pluralize(reviewed.rows_on_same_day, "row")
        words = f"no column holds order ids, so each row is an order; {rows} on the same day as another of the customer"
        candidates = [header for header in reviewed.free_headers if LIKE_AN_ID.search(header)]
        headers = f" (perhaps {', '.join(map(repr, candidates[:3]))})" if candidates else ""
        mend = f"name it, --column order_id=HEADER{headers}, or --grain day takes the rows of one day as one order"
        yield Finding("RFM401", words, mend=mend)


def find_conflicts(reviewed: Reviewed) -> Iterator[Finding]:
    """Find that rows were rejected since they share an order id and differ."""
    if reviewed.conflicts:
        yield Finding("RFM403", reviewed.conflicts)


def find_shared_order_ids(reviewed: Reviewed) -> Iterator[Finding]:
    """Find order ids that stand for orders of several customers, or in several lists."""
    if reviewed.repeated_ids.is_empty() or reviewed.rules.order_ids_per == "store":
        return
    hashed = reviewed.passing.with_columns(pl.col(ORDER_ID).hash().alias(HASH))
    again = hashed.join(reviewed.repeated_ids.lazy(), on=HASH, how="semi")
    owners = again.select(ORDER_ID, CUSTOMER_ID, *reviewed.by).unique().group_by(ORDER_ID).len()
    shared = owners.filter(pl.col("len") > 1).sort(ORDER_ID).collect()
    if shared.height:
        words = f"{pluralize(shared.height, 'order id')} of several customers or lists, counted for each of them"
        mend = "look at the rows; --order-ids-per store where each store numbers its own orders"
        yield Finding("RFM404", words, tuple(shared[ORDER_ID].head(3).to_list()), mend)


def find_lines_in_several_exports(reviewed: Reviewed) -> Iterator[Finding]:
    """Find orders whose lines stand in several files and so are added up more than once, perhaps."""
    rules = reviewed.rules
    if rules.grain != "line" or rules.latest_export == "wins" or len(reviewed.source.files) < 2:  # noqa: PLR2004
        return
    files = reviewed.passing.group_by(CUSTOMER_ID, ORDER_ID).agg(pl.col(SOURCE_FILE).n_unique())
    several = files.filter(pl.col(SOURCE_FILE) > 1).sort(ORDER_ID).collect()
    if several.height:
        words = f"{pluralize(several.height, 'order')} with lines in several files, and all are added up"
        mend = "--latest-export wins counts each as in the export that reaches further"
        yield Finding("RFM405", words, tuple(several[ORDER_ID].head(3).to_list()), mend)


def find_deductions(reviewed: Reviewed) -> Iterator[Finding]:
    """Find lines of nothing or less, which are part of the sum of their order."""
    if reviewed.rules.grain != "line":
        return
    if reviewed.deductions:
        words = f"{pluralize(reviewed.deductions, 'line')} of 0 or less in the sums of orders, not rejected"
        yield Finding("RFM406", words, mend="accept it where they are coupons, discounts or returns of the same order")
