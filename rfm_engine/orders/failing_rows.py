"""The rows that fail a check, read where they stand: mostly they are outside the window, as their times alone show."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, NamedTuple

import polars as pl

from rfm_engine.orders.cleaning import is_in_window
from rfm_engine.orders.staging import ROW

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from rfm_engine.orders.staging import OrderSet

BLOCK: Final = 1 << 16
"""Rows that are read together where one of them is outside the window."""

MOST_RANGES: Final = 16
MOST_READ: Final = 2
"""One in so many rows may be read in ranges; of more, all are read."""


class RowRange(NamedTuple):
    """The numbers of some rows (their end left out), and how many of them are outside the window."""

    begin: int
    end: int
    rows: int


@dataclass(frozen=True, kw_only=True)
class FailingRows:
    """The rows that fail a check, in pieces to be collected one by one: of two in one plan Polars reads all rows.

    They `are_outside` the window where it is known that every row in it passes.
    """

    pieces: tuple[pl.LazyFrame, ...]
    are_outside: bool = False

    def outside(self, orders: OrderSet) -> tuple[pl.LazyFrame, ...]:
        """Return frames that have every row outside the window, and maybe others; to be collected as the pieces are."""
        return self.pieces if self.are_outside else (orders.rows,)


def find_failing_rows(orders: OrderSet, passing: int, outside: Sequence[RowRange] | None = None) -> FailingRows:
    """Return the rows that fail a check, where so many pass all; ranges that have all rows `outside` may be known.

    The times of 20 million orders cost 0.3 s, and all that the checks look at 1.9 s.
    """
    if passing == orders.height:
        return FailingRows(pieces=(), are_outside=True)
    if not orders.is_large:
        return FailingRows(pieces=(orders.failing(),))
    is_outside = ~is_in_window(orders.rules)
    found = _find_outside(orders.rows.filter(is_outside)) if outside is None else outside
    if passing + sum(each.rows for each in found) < orders.height:
        return FailingRows(pieces=(orders.failing(),))
    ranges = [*_join_ranges(found)]
    are_few = (
        not _are_joined(orders.rows)
        and len(ranges) <= MOST_RANGES
        and sum(end - begin for begin, end in ranges) * MOST_READ <= orders.height
    )
    pieces = [cut_rows(orders.rows, begin, end) for begin, end in ranges] if are_few else [orders.rows]
    return FailingRows(pieces=tuple(piece.filter(is_outside) for piece in pieces), are_outside=True)


def _find_outside(outside: pl.LazyFrame) -> list[RowRange]:
    blocks = outside.group_by(pl.col(ROW) // BLOCK).len().sort(ROW).collect()
    return [RowRange(block * BLOCK, (block + 1) * BLOCK, rows) for block, rows in blocks.iter_rows()]


def _join_ranges(ranges: Iterable[RowRange]) -> Iterator[tuple[int, int]]:
    """Yield the begin and the end of the ranges, those that are less than a block apart as one."""
    begin, end = 0, -BLOCK
    for each in sorted(ranges):
        if each.begin >= end + BLOCK:
            if end > begin:
                yield begin, end
            begin, end = each.begin, each.end
        end = max(end, each.end)
    if end > begin:
        yield begin, end


def cut_rows(rows: pl.LazyFrame, begin: int, end: int) -> pl.LazyFrame:
    """Return a range of rows, numbered anew: of a file that numbers its rows Polars reads all of them.

    Rows that were joined to others are not cut but looked for by their numbers.
    """
    if _are_joined(rows):
        return rows.filter(pl.col(ROW).is_between(begin, end, closed="left"))
    return (
        rows.drop(ROW).slice(begin, end - begin).with_row_index(ROW, offset=begin).select(rows.collect_schema().names())
    )


def _are_joined(rows: pl.LazyFrame) -> bool:
    """Return whether a join is part of how the rows come about, or a text in their plan reads so.

    Polars 2.1 moves a slice into the join below it and then, where no one looks at the order of what is left, gives up
    the order of the join too: other rows are cut out than were asked for, each time others.
    """
    return "JOIN" in rows.explain(optimized=False)
