"""Rows that share an order id and differ: in what they differ, what that means, and what to type."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final, Literal, NamedTuple

import polars as pl

from rfm_engine.columns import (
    CUSTOMER_ID,
    ORDER_AMOUNT_FEN,
    ORDER_ID,
    ORDER_TIME,
    PRODUCT_NAME,
    REGION,
    STATUS,
    STORE_CODE,
)
from rfm_engine.errors import DataError
from rfm_engine.orders.reading import SOURCE_FILE
from rfm_engine.orders.staging import row_mask

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rfm_engine.orders.order_ids.duplicates import Duplicates
    from rfm_engine.orders.staging import OrderSet
    from rfm_engine.rules import Rules

Meaning = Literal["exports", "stores", "totals", "lines"]

NAMES: Final = {
    PRODUCT_NAME: "product",
    ORDER_AMOUNT_FEN: "amount",
    ORDER_TIME: "time",
    STATUS: "status",
    STORE_CODE: "store",
    REGION: "region",
    SOURCE_FILE: "file",
}
"""In what rows of one order may differ."""

FIXES: Final[dict[Meaning, str]] = {
    "exports": "--latest-export wins counts each as in the export that reaches further, --latest-export rejected none",
    "stores": "--order-ids-per store where each store numbers its own orders",
    "totals": "--order-total repeated where each row has the total of its order, --grain line where rows add up to it",
    "lines": "this looks like an export of order lines. Type --grain line (grain = 'line' in the dataset file)",
}

ROWS: Final = ":rows"
SAMPLED: Final = 100_000
MANY_ROWS: Final = 20
MANY_SHARE: Final = 10


class Conflicts(NamedTuple):
    """What conflicting rows are: how many, in what most of their orders differ, what that means, and a sample."""

    rows: int
    differences: tuple[str, ...]
    meaning: Meaning
    sample: str

    def __str__(self) -> str:
        """Return how many rows are rejected, what they differ in, and what to type."""
        return f"{self.rows:,} rows are rejected that share an order id and differ in {self.explain()}"

    def explain(self) -> str:
        """Return what the rows differ in, and what to type."""
        return f"{', '.join(self.differences) or 'nothing that counts'}: {FIXES[self.meaning]}"


def find_conflicts(orders: OrderSet, duplicates: Duplicates) -> Conflicts | None:
    """Return what the conflicting rows are, if any.

    Raises:
        DataError: As `refuse_conflicts`.
    """
    conflicting = duplicates.conflicting
    if conflicting.is_empty():
        return None
    rows = orders.rows.filter(row_mask(conflicting, orders.height))
    conflicts = describe_conflicts(rows, orders.order_by, conflicting.len())
    refuse_conflicts(conflicts, int(orders.passing().select(pl.len()).collect().item()), orders.rules)
    return conflicts


def describe_conflicts(conflicting: pl.LazyFrame, by: Sequence[str], rows: int) -> Conflicts:
    """Return what the first 100,000 of so many conflicting rows are."""
    columns = [name for name in NAMES if name in conflicting.collect_schema() and name not in by]
    values = [pl.col(name).n_unique().alias(name) for name in columns]
    first = conflicting.head(SAMPLED).group_by(*by, CUSTOMER_ID, ORDER_ID)
    orders = first.agg(pl.len().alias(ROWS), *values).sort(ORDER_ID).collect()
    differing = Counter(name for name in columns for count in orders[name] if count > 1)
    meanings = Counter(_meaning(order) for order in orders.iter_rows(named=True))
    most = orders.height / 2
    return Conflicts(
        rows=rows,
        differences=tuple(NAMES[name] for name, count in differing.items() if count >= most),
        meaning=max(meanings, key=lambda meaning: meanings[meaning]),
        sample=str(orders[ORDER_ID][0]),
    )


def _meaning(order: dict[str, int]) -> Meaning:
    if order.get(SOURCE_FILE, 1) == order[ROWS]:
        return "exports"
    if order.get(STORE_CODE, 1) == order[ROWS] and order.get(ORDER_TIME, 1) > 1:
        return "stores"
    if order.get(ORDER_AMOUNT_FEN, 1) == 1 and order.get(PRODUCT_NAME, 1) > 1:
        return "totals"
    return "lines"


def refuse_conflicts(conflicts: Conflicts, passed: int, rules: Rules) -> None:
    """Stop where conflicting rows are too many to be faults, or have two readings that the user must choose from.

    Raises:
        DataError: A tenth or more of the rows (20 at least), or all of them, conflict; or exports overlap.
    """
    many = conflicts.rows >= MANY_ROWS and conflicts.rows * MANY_SHARE >= passed
    overlap = conflicts.meaning == "exports" and rules.latest_export is None
    if conflicts.rows and (many or overlap or conflicts.rows == passed):
        message = (
            f"{conflicts.rows:,} of {passed:,} rows share an order id with a row that differs, such as "
            f"{conflicts.sample!r}; they differ in {conflicts.explain()}"
        )
        raise DataError(message, repr(conflicts.sample))
