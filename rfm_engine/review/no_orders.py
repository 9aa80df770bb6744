"""Why no order is left to grade: each reason with its rows, sample values and what to type."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from rfm_engine.errors import DataError, quote_argument
from rfm_engine.grading.summary import pluralize
from rfm_engine.orders.cells.times.formats import explain_unread, suggest_format
from rfm_engine.orders.cleaning import EXCLUDED, NO_PURCHASE, OTHER_CURRENCY
from rfm_engine.orders.rejects import sample_rejects

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    import polars as pl

    from rfm_engine.orders.ledger import Ledger

FIXES: Final = {
    "not a time": "say how times are written, --order-time-format %d/%m/%Y or the like, or --column order_time=HEADER",
    "not an amount": "amounts are numbers, with a currency at most: name the column of amounts, "
    "--column order_amount=HEADER, or give the other --amount-style",
    "not positive": "an order is of more than 0; name the column of what was paid, --column order_amount=HEADER",
    "no customer": "take them for customers, --nobody none, or --column customer_id=HEADER",
    "missing": "name the column that holds it, --column {name}=HEADER",
    "conflicting": "see rejects of a run that has other orders; --grain line where rows are lines of an order",
}
"""What to type, by the reason of a reject; `name` is the column."""

LEFT_OUT: Final = {
    EXCLUDED: "leave --exclude-customer and --exclude out",
    OTHER_CURRENCY: "keep another, --keep-currency CODE",
    NO_PURCHASE: "choose those that count, --keep-status",
    "wholly refunded": "leave refunds as they are, --column refunded_amount=none",
}
"""What to type where rows were left out before any check."""


def no_orders_error(ledger: Ledger, rejects: pl.DataFrame, mapping: Mapping[str, str]) -> DataError:
    """Return the error of orders of which none is left to grade; its samples are customer data.

    `mapping` says which header holds a column.
    """
    reasons = rejects.group_by("column", "reason", maintain_order=True).len()
    samples: list[str] = []
    names = {header: name for name, header in mapping.items()}
    lines = [f"no order is left to grade: {ledger}", *ledger.unmatched, *_describe_others(ledger)]
    for column, reason, rows in reasons.sort("len", descending=True, maintain_order=True).iter_rows():
        words, values = sample_rejects(rejects, column, reason)
        samples += map(repr, values)
        fix = f": {_fix(reason, names.get(column, column), values)}" if reason in FIXES else ""
        lines.append(f"{column}, {reason}, {pluralize(rows, 'row')}{words}{fix}")
    return DataError("\n  ".join(lines), *samples)


def _fix(reason: str, name: str, values: Sequence[str]) -> str:
    words = FIXES[reason].format(name=name)
    if reason != "not a time":
        return words
    form = suggest_format(values)
    return words.replace("%d/%m/%Y or the like", quote_argument(form)) if form else explain_unread(values) or words


def _describe_others(ledger: Ledger) -> Iterator[str]:
    if ledger.outside_window:
        yield f"{pluralize(ledger.outside_window, 'row')} outside the window: choose another, --as-of and --since"
    if ledger.other_status:
        yield f"{pluralize(ledger.other_status, 'row')} of another status: choose those that count, --keep-status"
    if ledger.other_region:
        yield f"{pluralize(ledger.other_region, 'row')} of another region: choose those to keep, --region"
    for reason, rows in ledger.left_out.items():
        if reason in LEFT_OUT:
            yield f"{pluralize(rows, 'row')} left out ({reason}): {LEFT_OUT[reason]}"
