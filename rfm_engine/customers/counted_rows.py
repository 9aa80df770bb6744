"""The rows of all files to customers: the passes over the orders in their order, a batch of lists at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, Protocol

from rfm_engine.customers.aggregate import Batch, aggregate, find_late_padding, find_shortcuts
from rfm_engine.customers.batches import split_lists, spool
from rfm_engine.customers.conflicts import Conflicts, find_conflicts
from rfm_engine.customers.merged_orders import count_lines, merge_rows
from rfm_engine.orders.failing_rows import FailingRows, find_failing_rows
from rfm_engine.orders.order_ids.duplicates import Duplicates, find_duplicates
from rfm_engine.orders.tally import LineCounts, Tally, count_passing

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import polars as pl

    from rfm_engine.orders.failing_rows import RowRange
    from rfm_engine.orders.reading import Orders
    from rfm_engine.orders.staging import OrderSet
    from rfm_engine.system.stage_timer import StageTimer

    class DayCounts(Protocol):
        """Rows by file and day, counted before a check is made, which spares the run what it would count itself."""

        def find_outside(self) -> Sequence[RowRange]:
            """Return ranges that have all rows outside the window."""

        def count_tests(self, failing: FailingRows) -> pl.DataFrame:
            """Return the rows by the check that they fail first, file and day."""

    CountByDay = Callable[[Orders, OrderSet, Tally], DayCounts | None]


class CountedRows(NamedTuple):
    """What the rows come to: a frame of customers for each batch of lists, the rows that repeat, and the tallies.

    `tests` are the rows by the check that they fail first, file and day, where they are counted so.
    """

    rows: OrderSet
    customers: list[pl.LazyFrame]
    repeated: Duplicates
    conflicts: Conflicts | None
    lines: LineCounts | None
    tally: Tally
    failing: FailingRows
    tests: pl.DataFrame | None = None


def count_rows(
    rows: OrderSet, source: Orders, clock: StageTimer, count_by_day: CountByDay | None = None
) -> CountedRows | None:
    """Return the customers of all lists and where the rows went; None where white space must be trimmed first.

    With `count_by_day` rows are counted by file and day too, where they can be.
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
    days = None if count_by_day is None else count_by_day(source, rows, tally)
    passing = count_passing(repeated, tally, lines)
    failing = find_failing_rows(rows, passing, None if days is None else days.find_outside())
    if find_late_padding(rows, tally, failing):
        return None
    customers = [batch.customers for batch in batches]
    tests = None if days is None else days.count_tests(failing)
    return CountedRows(rows, customers, repeated, conflicts, lines, tally, failing, tests)


def _spool(batch: Batch, *, alone: bool) -> Batch:
    return batch if alone else Batch(customers=spool(batch.customers), tally=batch.tally)
