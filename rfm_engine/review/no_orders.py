"""Why no order is left to grade: each reason with its rows, sample values and what to type."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import polars as pl

from rfm_engine.errors import DataError
from rfm_engine.findings import shorten
from rfm_engine.grading.summary import pluralize

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rfm_engine.orders.ledger import Ledger

SAMPLES: Final = 3
MENDS: Final = {
    "not a time": "say how times are written, --order-time-format %d/%m/%Y or the like, or --column order_time=HEADER",
    "not an amount": "say how amounts are written, --amount-style comma or point, or --column order_amount=HEADER",
    "not positive": "take returns off the other orders, --refunds net",
    "no customer": "take them for customers, --nobody none, or --column customer_id=HEADER",
    "missing": "name the column that holds it, --column NAME=HEADER",
    "conflicting": "see rejects of a run that has other orders; --grain line where rows are lines of an order",
}
"""What to type, by the reason of a reject."""


def no_orders_error(ledger: Ledger, rejects: pl.DataFrame) -> DataError:
    """Return the error of orders of which none is left to grade; its samples are customer data."""
    reasons = rejects.group_by("column", "reason", maintain_order=True).agg(
        pl.len(), pl.col("value").drop_nulls().unique(maintain_order=True).head(SAMPLES)
    )
    samples: list[str] = []
    lines = [f"no order is left to grade: {ledger}", *ledger.unmatched, *_describe_others(ledger)]
    for column, reason, rows, values in reasons.sort("len", descending=True, maintain_order=True).iter_rows():
        shown = [repr(shorten(value)) for value in values]
        samples += shown
        mend = f": {MENDS[reason]}" if reason in MENDS else ""
        such = f", such as {', '.join(shown)}" if shown else ""
        lines.append(f"{column}, {reason}, {pluralize(rows, 'row')}{such}{mend}")
    return DataError("\n  ".join(lines), *samples)


def _describe_others(ledger: Ledger) -> Iterator[str]:
    if ledger.outside_window:
        yield f"{pluralize(ledger.outside_window, 'row')} outside the window: choose another, --as-of and --since"
    if ledger.other_status:
        yield f"{pluralize(ledger.other_status, 'row')} of another status: choose those that count, --keep-status"
    if ledger.other_region:
        yield f"{pluralize(ledger.other_region, 'row')} of another region: choose those to keep, --region"
