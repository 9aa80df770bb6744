"""The rows of all files to customers: the passes over the orders in their order, a batch of lists at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from rfm_engine.customers.aggregate import Batch, aggregate, find_late_padding, find_shortcuts
from rfm_engine.customers.batches import split_lists, spool
from rfm_engine.customers.conflicts import Conflicts, find_conflicts
from rfm_engine.customers.merged_orders import count_lines, merge_rows
from rfm_engine.orders.failing_rows import FailingRows, find_failing_rows
from rfm_engine.orders.ledger import LineCounts, Tally, count_passing
from rfm_engine.orders.order_ids.duplicates import Duplicates, find_duplicates

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import polars as pl

    from rfm_engine.orders.failing_rows import RowRange
    from rfm_engine.orders.staging import OrderSet
    from rfm_engine.system.stage_timer import StageTimer

    FindOutside = Callable[[OrderSet, Tally], Sequence[RowRange] | None]


class CountedRows(NamedTuple):
    """What the rows come to: a frame of customers for each batch of lists, the rows that repeat, and the tallies."""

    rows: OrderSet
    customers: list[pl.LazyFrame]
    repeated: Duplicates
    conflicts: Conflicts | None
    lines: LineCounts | None
    tally: Tally
    failing: FailingRows


def count_rows(rows: OrderSet, clock: StageTimer, find_outside: FindOutside | None = None) -> CountedRows | None:
    """Return the customers of all lists and where the rows went; None where white space must be trimmed first.

    `find_outside` finds the rows outside the window, where they are to be counted too.
    """
    repeated = find_duplicates(rows)
    if repeated.has_padding:
        return None
    conflicts = find_conflicts(rows, repeated)
    orders, duplicates = merge_rows(rows, repeated)
    if duplicates.has_padding:
        return None
    shortcuts = find_shortcuts(orders, duplicates)
    clock.lap("clean")
    batched_lists = split_lists(rows)
    batches = [
        _spool(aggregate(orders, duplicates, shortcuts, lists, clock), alone=len(batched_lists) == 1)
        for lists in batched_lists
    ]
    tally = sum((batch.tally for batch in batches), Tally())
    lines = count_lines(orders)
    outside = find_outside(rows, tally) if find_outside is not None else None
    failing = find_failing_rows(rows, count_passing(repeated, tally, lines), outside)
    if find_late_padding(rows, tally, failing):
        return None
    return CountedRows(rows, [batch.customers for batch in batches], repeated, conflicts, lines, tally, failing)


def _spool(batch: Batch, *, alone: bool) -> Batch:
    return batch if alone else Batch(customers=spool(batch.customers), tally=batch.tally)
