"""What takes rows away that were counted: those that leave the window, and those that are to be judged anew."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from rfm_engine.columns import CUSTOMER_ID, FREQUENCY, MONETARY_FEN, ORDER_ID
from rfm_engine.state.parts.columns import COUNTS, REFUNDS, key_columns
from rfm_engine.state.parts.merging import plus, take_rows

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence


def negate(part: pl.DataFrame, known: pl.DataFrame) -> pl.DataFrame:
    """Return what takes away counts (`count_leaving`) that are older than all that stays in the window.

    It has the columns of a `known` part. Its rows are before the window from now on. Who keeps an order keeps the last
    one.
    """
    return _subtract(part, (FREQUENCY, MONETARY_FEN, REFUNDS), known)


def _subtract(part: pl.DataFrame, counts: Sequence[str], known: pl.DataFrame) -> pl.DataFrame:
    """Return what takes these counts of a part away, and knows no last order."""
    sums = part.select(*key_columns(part), *COUNTS).with_columns(-pl.col(counts))
    return pl.concat([known.clear(), sums], how="diagonal")


def take_out(
    known: pl.DataFrame,
    change: pl.DataFrame,
    part: pl.DataFrame,
    ids: pl.Series,
    recount: Callable[[pl.DataFrame], pl.DataFrame],
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return a change without the rows of a part, which have these order ids, and the customers who are gone (`merge`).

    `known` is what the base has of the customers of the part.
    These are the ones whose last order is one of these rows: `recount` counts what stays anew, by list and customer.
    To count all customers of these rows anew would take a third of all rows, for few repeats, as they buy most.
    """
    customers, change = part.select(key_columns(part)), plus(change, _subtract(part, COUNTS, change))
    whole = plus(known, take_rows(change, customers))
    lost = whole.filter(find_last_orders(whole, ids)).select(customers.columns)
    if lost.is_empty():
        return change, lost
    return plus(leave_out(change, lost), recount(lost)), lost


def leave_out(part: pl.DataFrame, customers: pl.DataFrame) -> pl.DataFrame:
    """Return a part without some customers."""
    if customers.is_empty():
        return part
    return part.join(customers, on=customers.columns, how="anti", maintain_order="left")


def find_last_orders(part: pl.DataFrame, ids: pl.Series) -> pl.Series:
    """Return whether the last order of each row has one of these ids; null where there is none."""
    return part[f"last_{ORDER_ID}"].is_in(ids.implode())


def rows_of(customers: pl.DataFrame, rows: pl.LazyFrame) -> pl.LazyFrame:
    """Return the rows of some (list, customer); ids are looked up first, which spares the other columns of the rest."""
    theirs = rows.filter(pl.col(CUSTOMER_ID).is_in(customers[CUSTOMER_ID].implode()))
    return theirs.join(customers.lazy(), on=customers.columns, how="semi")
