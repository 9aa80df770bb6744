"""Findings about order ids: files without any."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

import polars as pl

from rfm_engine.columns import CUSTOMER_ID, ORDER_ID, ORDER_TIME
from rfm_engine.findings import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rfm_engine.review.reviewed import Reviewed

LIKE_AN_ID: Final = re.compile(r"(?i)order|invoice|receipt|ticket|trans|bill|\bno\b|number|id$|单|票|流水|编号|號|号码")
"""Headers that may hold the ids of orders."""


def find_missing_order_ids(reviewed: Reviewed) -> Iterator[Finding]:
    """Find files without order ids in which a customer has several rows on one day."""
    if ORDER_ID in reviewed.columns or reviewed.rules.grain != "order":
        return
    days = reviewed.passing.group_by(*reviewed.by, CUSTOMER_ID, pl.col(ORDER_TIME).dt.date())
    further = int(days.agg(pl.len().cast(pl.Int64) - 1).select(pl.col("len").sum()).collect().item())
    if further:
        words = (
            f"no column holds order ids, so each row is an order; {further:,} rows share customer and day with another"
        )
        candidates = [header for header in reviewed.free_headers if LIKE_AN_ID.search(header)]
        headers = f" (perhaps {', '.join(map(repr, candidates[:3]))})" if candidates else ""
        yield Finding("RFM401", words, mend=f"name it, --column order_id=HEADER{headers}")
