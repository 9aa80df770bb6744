"""Findings about order ids: files without any, ids of several customers, conflicts, lines in several exports."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

import polars as pl

from rfm_engine.columns import CUSTOMER_ID, ORDER_AMOUNT_FEN, ORDER_ID, ORDER_TIME, PRODUCT_NAME, STORE_CODE
from rfm_engine.findings import Finding
from rfm_engine.grading.summary import pluralize
from rfm_engine.orders.order_ids.duplicates import HASH
from rfm_engine.orders.reading import SOURCE_FILE
from rfm_engine.review.lines_of_orders import HAS_ONE_AMOUNT, HAS_TOTAL, MAY_HAVE_TOTAL, PLACE, find_divided_orders

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rfm_engine.review.reviewed import Reviewed

LIKE_AN_ID: Final = re.compile(r"(?i)order|invoice|receipt|ticket|trans|bill|\bno\b|number|id$|单|票|流水|编号|號|号码")
"""Headers that may hold the ids of orders."""

NAMES_ORDER_IDS: Final = re.compile(
    r"(?i)(order|invoice|receipt|ticket|voucher|slip|transaction|bill|check|doc(ument)?)[\s_.-]*(no\b|num|nr\b|id\b|#|ref)"
    r"|单号|單號|票号|票號|流水号|流水號|小票|单据编号|单据号"
)
"""Headers that say so."""

FEW: Final = 3
MOST: Final = 0.9


def find_missing_order_ids(reviewed: Reviewed) -> Iterator[Finding]:
    """Find files without order ids in which a customer has several rows on one day, or a header names order ids."""
    if ORDER_ID in reviewed.columns or reviewed.rules.grain != "order":
        return
    candidates = [header for header in reviewed.free_headers if LIKE_AN_ID.search(header)]
    if reviewed.rows_on_same_day or any(map(NAMES_ORDER_IDS.search, candidates)):
        rows = pluralize(reviewed.rows_on_same_day, "row")
        words = f"no column holds order ids, so each row is an order; {rows} on the same day as another of the customer"
        headers = f" (perhaps {', '.join(map(repr, candidates[:3]))})" if candidates else ""
        fix = f"name it, --column order_id=HEADER{headers}, or --grain day takes the rows of one day as one order"
        yield Finding("RFM401", words, fix=fix)


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
    own = [name for name in reviewed.by if name == STORE_CODE]  # its lists number orders for themselves
    owners = again.select(ORDER_ID, CUSTOMER_ID, *reviewed.by).unique().group_by(ORDER_ID, *own).len()
    shared = owners.filter(pl.col("len") > 1).sort(ORDER_ID).collect()
    if shared.height:
        words = f"{pluralize(shared.height, 'order id')} of several customers or lists, counted for each of them"
        fix = "look at the rows; --order-ids-per store where each store numbers its own orders"
        yield Finding("RFM404", words, tuple(shared[ORDER_ID].head(3).to_list()), fix)


def find_lines_in_several_exports(reviewed: Reviewed) -> Iterator[Finding]:
    """Find orders whose lines stand in several files and so are added up more than once, perhaps."""
    rules = reviewed.rules
    if rules.grain != "line" or rules.latest_export == "wins" or len(reviewed.source.files) < 2:  # noqa: PLR2004
        return
    files = reviewed.passing.group_by(CUSTOMER_ID, ORDER_ID).agg(pl.col(SOURCE_FILE).n_unique())
    several = files.filter(pl.col(SOURCE_FILE) > 1).sort(ORDER_ID).collect()
    if several.height:
        words = f"{pluralize(several.height, 'order')} with lines in several files, and all are added up"
        fix = "--latest-export wins counts each as in the export that reaches further"
        yield Finding("RFM405", words, tuple(several[ORDER_ID].head(3).to_list()), fix)


def find_deductions(reviewed: Reviewed) -> Iterator[Finding]:
    """Find lines of nothing or less, which are part of the sum of their order."""
    if reviewed.rules.grain != "line":
        return
    if reviewed.deductions:
        words = f"{pluralize(reviewed.deductions, 'line')} of 0 or less in the sums of orders, not rejected"
        yield Finding("RFM406", words, fix="accept it where they are coupons, discounts or returns of the same order")


def find_repeated_totals(reviewed: Reviewed) -> Iterator[Finding]:
    """Find that all lines of each order have one amount, which may be its total, and are added up."""
    if not _adds_lines_of_text(reviewed) or reviewed.rules.order_total == "repeated":
        return
    orders = reviewed.lines_by_order
    if orders.height >= FEW and orders.select(HAS_ONE_AMOUNT.all()).item() and orders["most"].n_unique() > 1:
        words = f"all lines of an order have one amount, in each of {orders.height:,} orders, and are added up"
        fix = "--order-total repeated where each line has the total of its order; or accept it"
        yield Finding("RFM409", words, tuple(orders[ORDER_ID].sort().head(3).to_list()), fix)


def find_lines_of_totals(reviewed: Reviewed) -> Iterator[Finding]:
    """Find that one line of each order of several is the sum of its others: totals and lines are added up together."""
    if not _adds_lines_of_text(reviewed):
        return
    orders = reviewed.lines_by_order.filter(MAY_HAVE_TOTAL)
    if orders.height >= FEW and orders.select(HAS_TOTAL.all()).item():
        words = (
            f"one line is the sum of the others, or of some, in each of {orders.height:,} orders, and all are added up"
        )
        fix = "take the rows of totals away; or accept it"
        yield Finding("RFM413", words, tuple(orders[ORDER_ID].sort().head(3).to_list()), fix)


def find_repeated_lines(reviewed: Reviewed) -> Iterator[Finding]:
    """Find orders whose lines stand once more further down in their file: it may hold an export twice."""
    if not _adds_lines_of_text(reviewed):
        return
    several = find_divided_orders(reviewed.passing).collect()
    if several.is_empty():
        return
    values = [name for name in (ORDER_TIME, ORDER_AMOUNT_FEN, PRODUCT_NAME) if name in reviewed.columns]
    lines = reviewed.passing.join(several.lazy(), on=PLACE).group_by(*PLACE, "runs", *values).len()
    repeats = lines.group_by(PLACE).agg((pl.col("len") % pl.col("runs") == 0).all().alias("repeats")).collect()
    again = repeats.filter("repeats")
    if again.height > 1 and again.height >= MOST * several.height:
        orders = pluralize(again.height, "order")
        words = f"{orders} whose lines stand again further down in their file, and all are added up"
        fix = "take the repeated rows away; or accept it"
        yield Finding("RFM410", words, tuple(again[ORDER_ID].sort().head(3).to_list()), fix)


def _adds_lines_of_text(reviewed: Reviewed) -> bool:
    """Return whether rows of text files are added up; tables with types come from systems that know their grain."""
    return reviewed.rules.grain == "line" and reviewed.source.is_text and {ORDER_ID, SOURCE_FILE} <= {*reviewed.columns}
