"""Runs of rising order ids that stand twice, as where a file holds an export and the same export again."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Final

import polars as pl

from rfm_engine.orders.failing_rows import cut_rows
from rfm_engine.orders.staging import ROW

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rfm_engine.orders.order_ids.spans import IdRun
    from rfm_engine.orders.staging import OrderSet

MOST_COPIES: Final = 16
PASSES: Final = ":passes"
FIRST: Final = ":first "
_APART: Final = pl.QueryOptFlags(comm_subplan_elim=False)
"""Two ranges of one file are read one beside the other; as one they are held in memory."""


def split_copies(runs: Sequence[IdRun]) -> tuple[list[IdRun], list[tuple[IdRun, IdRun]]]:
    """Return the runs that are no copies, and of each that may be one the run before with its ends and its height."""
    alike: dict[tuple[str, str, int], list[IdRun]] = defaultdict(list)
    for run in runs:
        alike[run.ids[0], run.ids[-1], run.rows[-1] - run.rows[0]].append(run)
    pairs = [(first, copy) for first, *copies in alike.values() for copy in copies]
    return [each[0] for each in alike.values()], pairs if len(pairs) <= MOST_COPIES else []


def list_repeats(orders: OrderSet, pairs: Sequence[tuple[IdRun, IdRun]], columns: Sequence[str]) -> pl.Series | None:
    """Return the rows of the second run of each pair that count; None where a row differs from the first run's.

    Rows of the same place are the same in these columns, and both pass every check or fail one. A million rows and
    their copies take 0.2 processor seconds, found by their hashes and compared 0.9.
    """
    repeats = []
    for first, copy in pairs:
        begin, end = copy.rows[0], copy.rows[-1] + 1
        odd = _find_odd_rows(orders, first, copy, columns)
        if odd[PASSES].any():
            return None
        rows = pl.int_range(begin, end, dtype=pl.UInt32, eager=True)
        repeats.append(rows.filter(~rows.is_in(odd[ROW].implode())))
    return pl.concat(repeats)


def _find_odd_rows(orders: OrderSet, first: IdRun, copy: IdRun, columns: Sequence[str]) -> pl.DataFrame:
    """Return the rows of the copy that differ (`:passes`), and those that are the same and fail a check."""
    passes = pl.all_horizontal(check.passes.fill_null(value=False) for check in orders.checks).alias(PASSES)
    one, other = (
        cut_rows(orders.rows, run.rows[0], run.rows[-1] + 1).select(ROW, *columns, passes) for run in (first, copy)
    )
    compared = (*columns, PASSES)
    beside = pl.concat([one.select(pl.col(compared).name.prefix(FIRST)), other], how="horizontal")
    differs = ~pl.all_horizontal(pl.col(name).eq_missing(pl.col(FIRST + name)) for name in compared)
    odd = beside.filter(differs | ~pl.col(PASSES)).select(ROW, differs.alias(PASSES))
    return odd.collect(engine="streaming", optimizations=_APART)
