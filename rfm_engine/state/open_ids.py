"""Open order ids: those whose rows may have to be judged together in another way under another window."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

import polars as pl

from rfm_engine.columns import LEFT_OUT, NOTHING_PAID, ORDER_ID, ORDER_TIME
from rfm_engine.orders.cells.amounts import REMAINDER
from rfm_engine.orders.cleaning import passing_rows
from rfm_engine.orders.order_ids.duplicates import CONFLICTING, HASH, Duplicates, can_repeat, suspect_hashes
from rfm_engine.orders.order_ids.spans import find_runs
from rfm_engine.orders.reading import SOURCE_FILE
from rfm_engine.orders.staging import ROW
from rfm_engine.state.memo import UnusableStateError
from rfm_engine.state.windows import own_checks

if TYPE_CHECKING:
    from rfm_engine.orders.staging import OrderSet

MARKS: Final = (LEFT_OUT, NOTHING_PAID)
NO_HASHES: Final = pl.DataFrame(schema={HASH: pl.UInt64})
NO_IDS: Final = pl.Series(dtype=pl.String)
FEW_OPEN: Final = 10_000
MOST_OPEN: Final = 50
"""One in so many rows may be judged anew in each run."""


def may_be_open(orders: OrderSet) -> bool:
    """Return whether an order id may be open: it may repeat, or its lines stand in several files or on several days."""
    return can_repeat(orders) or orders.rules.grain == "line"


def find_id_order(orders: OrderSet) -> Duplicates:
    """Return that order ids rise from row to row, so that none repeats, or nothing: half of a search for repeats."""
    runs = None if orders.adds_rows else find_runs(orders)
    if runs is None or len(runs) > 1:
        return Duplicates()
    return Duplicates(ids_rise=True, all_have_ids=True, repeated_hashes=NO_HASHES)


def find_open_hashes(orders: OrderSet, repeated: Duplicates | None = None) -> pl.DataFrame:
    """Return the hashes of the ids that are open among these orders, whose repeats may be known; of others too."""
    if orders.rules.grain == "line":
        return _find_divided_orders(orders.rows)
    if repeated is not None and repeated.repeated_hashes is not None:
        return repeated.repeated_hashes
    return suspect_hashes(orders).collect().drop_nulls() if can_repeat(orders) else NO_HASHES


def _find_divided_orders(lines: pl.LazyFrame) -> pl.DataFrame:
    """Return the hashes of ids whose lines stand in several files or on several days.

    Of lines that follow one another only the first is looked at, so that few are left where orders stand together.
    """
    place = ORDER_ID, SOURCE_FILE, ORDER_TIME
    seen = lines.select(pl.col(place[:2]), pl.col(ORDER_TIME).dt.date())
    first = seen.filter(pl.any_horizontal(pl.col(name).ne_missing(pl.col(name).shift(1)) for name in place))
    hashed = first.filter(pl.col(ORDER_ID).str.len_bytes() > 0).with_columns(pl.col(ORDER_ID).hash().alias(HASH))
    hashes = hashed.select(HASH).sort(HASH)
    again = hashes.filter(pl.col(HASH) == pl.col(HASH).shift(1)).unique().collect()
    if again.is_empty():
        return NO_HASHES
    places = hashed.join(again.lazy(), on=HASH, how="semi").group_by(HASH).agg(pl.col(place[1:]).n_unique())
    return places.filter(pl.any_horizontal(pl.col(place[1:]) > 1)).select(HASH).collect()


def find_open_rows(orders: OrderSet, hashes: pl.DataFrame, ids: pl.Series) -> pl.DataFrame:
    """Return the rows that may count in some window and have one of these ids, or one of these hashes of an id."""
    rows = passing_rows(orders.rows, own_checks(orders)).drop(MARKS, strict=False)
    if hashes.is_empty() and ids.is_empty():
        return rows.clear().collect()
    is_open = pl.col(ORDER_ID).hash().is_in(hashes[HASH].implode()) | pl.col(ORDER_ID).is_in(ids.implode())
    return rows.filter(is_open).collect()


def refuse_many_open(open_rows: int, rows: int) -> None:
    """Check that few of the rows are open.

    Raises:
        UnusableStateError: To judge them in each run would take as long as to read all.
    """
    if open_rows > FEW_OPEN and open_rows * MOST_OPEN > rows:
        message = f"the order ids of {open_rows:,} of {rows:,} rows come again"
        raise UnusableStateError(message)


def add_open_rows(rows: pl.DataFrame, *more: pl.DataFrame) -> pl.DataFrame:
    """Return open rows together; what rounding took off is nothing where no amount of a file was rounded."""
    added = pl.concat([rows, *(other.drop(ROW, *MARKS, strict=False) for other in more)], how="diagonal")
    return added if REMAINDER not in added.columns else added.with_columns(pl.col(REMAINDER).fill_null(0))


def drop_rows(rows: pl.Series, known: Duplicates | None = None) -> Duplicates:
    """Return what is known of order ids with these rows to drop, none of which conflicts."""
    none_conflicts = pl.repeat(value=False, n=rows.len(), eager=True)
    dropped = pl.DataFrame({ROW: rows, CONFLICTING: none_conflicts}, schema_overrides={ROW: pl.UInt32})
    return replace(known or Duplicates(), rows=dropped)
