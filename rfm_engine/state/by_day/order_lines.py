"""Orders of several lines, counted by day: they show what a run can't find of lines of text, which it compares."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import polars as pl

from rfm_engine.columns import ORDER_ID, ORDER_TIME
from rfm_engine.orders.cleaning import passing_rows
from rfm_engine.orders.reading import SOURCE_FILE
from rfm_engine.review.lines_of_orders import (
    HAS_ONE_AMOUNT,
    HAS_SEVERAL_LINES,
    HAS_TOTAL,
    MAY_HAVE_TOTAL,
    add_lines_up,
    find_divided_orders,
)
from rfm_engine.state.by_day.row_counts import DAY
from rfm_engine.state.memo import UnusableStateError
from rfm_engine.state.windows import own_checks, timeless_checks

if TYPE_CHECKING:
    from rfm_engine.orders.order_ids.duplicates import Duplicates
    from rfm_engine.orders.reading import Orders
    from rfm_engine.orders.staging import OrderSet

COUNTS: Final = {
    "several": HAS_SEVERAL_LINES,
    "varied": HAS_SEVERAL_LINES & ~HAS_ONE_AMOUNT,
    "may_have_total": MAY_HAVE_TOTAL,
    "without_total": MAY_HAVE_TOTAL & ~HAS_TOTAL,
}
"""What is counted: orders of several lines; of several amounts; that have room for a total; that have none."""

SCHEMA: Final = {DAY: pl.Date} | dict.fromkeys(COUNTS, pl.Int64)


def compares_lines(orders: OrderSet, source: Orders) -> bool:
    """Return whether the review compares the lines of orders: it trusts those of files with types."""
    return orders.rules.grain == "line" and source.is_text


def count_order_lines(orders: OrderSet, source: Orders, without: Duplicates) -> pl.DataFrame:
    """Return the `COUNTS` of orders whose lines are of one day, by day; none where no lines of text are added up.

    Rows of `without` are left out.
    """
    if not compares_lines(orders, source):
        return pl.DataFrame(schema=SCHEMA)
    lines = passing_rows(without.drop_from(orders.rows, orders.height), timeless_checks(orders))
    counted = add_lines_up(lines, pl.col(ORDER_TIME).dt.date().first().alias(DAY)).group_by(DAY)
    sums = (is_one.sum().cast(pl.Int64).alias(name) for name, is_one in COUNTS.items())
    return counted.agg(*sums).filter(pl.col("several") > 0).collect()


def add_order_lines(*counts: pl.DataFrame, less: pl.DataFrame | None = None) -> pl.DataFrame:
    """Return the counts of all these, by day, without those that are `less`."""
    lost = [] if less is None else [less.with_columns(-pl.col(*COUNTS))]
    return pl.concat([*counts, *lost]).group_by(DAY).agg(pl.col(*COUNTS).sum()).sort(DAY)


def refuse_divided_orders(orders: OrderSet) -> None:
    """Check that the lines of each order stand together in its file, whatever the window: RFM410 looks for others.

    Raises:
        UnusableStateError: They do not.
    """
    divided = find_divided_orders(passing_rows(orders.rows, own_checks(orders))).select(pl.col(SOURCE_FILE).min())
    if (file := divided.collect().item()) is not None:
        message = f"the lines of an order stand apart in {file}"
        raise UnusableStateError(message)


def refuse_continued_orders(opened: pl.DataFrame, known: pl.DataFrame) -> None:
    """Check that no open row is of an order that has lines in the same file above its new ones, among the known.

    Raises:
        UnusableStateError: One is: its lines stand apart, which RFM410 looks for.
    """
    again = opened.join(known, on=[ORDER_ID, SOURCE_FILE], how="semi")
    if again.height:
        message = f"an order of {again[SOURCE_FILE].sort()[0]} goes on in its new lines"
        raise UnusableStateError(message)


def list_impossible(counts: pl.DataFrame) -> set[str]:
    """Return the codes of findings that can't be, from the counts of a window's settled orders.

    Raises:
        UnusableStateError: Only all lines can tell.
    """
    several, varied, may_have_total, without_total = counts.select(pl.col(*COUNTS).sum()).row(0)
    if (several and not varied) or (may_have_total and not without_total):
        message = "the lines of orders may be totals"
        raise UnusableStateError(message)
    return {"RFM410"} | ({"RFM409"} if varied else set()) | ({"RFM413"} if without_total else set())
