"""Settled rows that are open from now on, for an order id of theirs stands in a further file."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import accumulate
from typing import TYPE_CHECKING

import polars as pl

from rfm_engine.columns import ORDER_ID
from rfm_engine.orders.order_ids.duplicates import Duplicates
from rfm_engine.orders.reading import SOURCE_FILE, SOURCE_ROW
from rfm_engine.state.by_day.day_ledger import count_days, subtract_days
from rfm_engine.state.by_day.order_lines import add_order_lines
from rfm_engine.state.open_ids import add_open_rows

if TYPE_CHECKING:
    from collections.abc import Collection

    from rfm_engine.orders.staging import OrderSet
    from rfm_engine.state.memo import FileFacts, Memo


def find_known_ids(ids: pl.Series, files: Collection[FileFacts]) -> pl.Series:
    """Return those of the ids, each once, that lie between the first and the last id of a file, which may have them."""
    spans = sorted(span for facts in files if (span := facts.id_span) is not None)
    if not spans:
        return ids.clear()
    firsts = pl.Series([first for first, _ in spans])
    greatest = pl.Series([*accumulate((last for _, last in spans), max)])
    early = ids.filter(ids <= greatest[-1])  # ids of a new month come after all others, as a rule
    place = firsts.search_sorted(early, side="right").cast(pl.Int64) - 1
    is_known = (place >= 0) & (greatest.gather(place) >= early)
    return early.filter(is_known).unique().sort()


@dataclass(frozen=True, kw_only=True)
class Reopened:
    """Rows that were settled and are open from now on, numbered; the orders are the same under any window.

    Of lines of text they made the orders that `order_lines` count.
    """

    orders: OrderSet
    rows: pl.DataFrame
    order_lines: pl.DataFrame

    @property
    def ids(self) -> pl.Series:
        """Their order ids."""
        return self.rows[ORDER_ID]

    def take_from(self, memo: Memo) -> Memo:
        """Return the memo with these among its open rows, and not among those that it counted by day or rejected."""
        places = self.rows.select(pl.col(SOURCE_FILE).alias("file"), pl.col(SOURCE_ROW).alias("row"))
        return replace(
            memo,
            open_rows=add_open_rows(memo.open_rows, self.rows),
            days=subtract_days(memo.days, count_days(self.orders, Duplicates())),
            order_lines=add_order_lines(memo.order_lines, less=self.order_lines),
            rejects=memo.rejects.join(places, on=["file", "row"], how="anti", maintain_order="left"),
        )
