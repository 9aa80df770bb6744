"""A memo brought up to date: the window moves on, new files come in, their rows open some of what was settled."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Final

import polars as pl

from rfm_engine.columns import CUSTOMER_ID, FREQUENCY, ORDER_ID
from rfm_engine.orders.cleaning import passing_rows
from rfm_engine.orders.order_ids.duplicates import Duplicates
from rfm_engine.orders.reading import SOURCE_FILE
from rfm_engine.orders.staging import ROW
from rfm_engine.state.by_day.day_ledger import add_days, list_rejects, name_outcomes, span_days
from rfm_engine.state.by_day.order_lines import (
    add_order_lines,
    compares_lines,
    count_order_lines,
    refuse_continued_orders,
    refuse_divided_orders,
)
from rfm_engine.state.by_day.row_counts import DAY, TEST, count_tests
from rfm_engine.state.growth import number_tails
from rfm_engine.state.limits import refuse_other_columns, refuse_questions
from rfm_engine.state.memo import Memo, UnusableStateError, find_facts, find_spans
from rfm_engine.state.moved_window import move_window
from rfm_engine.state.open_ids import (
    NO_HASHES,
    add_open_rows,
    drop_rows,
    find_id_order,
    find_open_hashes,
    find_open_rows,
    may_be_open,
    refuse_many_open,
)
from rfm_engine.state.parts.columns import BEFORE, REFUNDS, key_columns
from rfm_engine.state.parts.counting import count_inside, count_part
from rfm_engine.state.parts.leaving import find_last_orders, leave_out, rows_of, take_out
from rfm_engine.state.parts.merging import sum_parts, take_rows
from rfm_engine.state.reopened import Reopened, find_known_ids
from rfm_engine.state.rereading import KnownFiles, Wanted, list_values
from rfm_engine.state.windows import (
    has_days_before,
    in_any_window,
    in_window,
    own_checks,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from concurrent.futures import Future
    from typing import Any

    from rfm_engine.config.job import Job
    from rfm_engine.orders.files.order_file import OrderFile
    from rfm_engine.orders.reading import Orders
    from rfm_engine.orders.staging import OrderSet
    from rfm_engine.state.memo import FileFacts

FEW_ORDERS: Final = 10_000
MOST_RECOUNTED: Final = 20
"""One in so many orders may be counted anew; for more, all are."""


@dataclass(frozen=True, kw_only=True)
class Refresh:
    """The work on one memo: the job, its files as they are held open, and their names, sizes and digests."""

    memo: Memo
    job: Job
    files: Sequence[OrderFile]
    inputs: list[dict[str, Any]]

    @cached_property
    def known_files(self) -> KnownFiles:
        """The files, and what the memo knows of them."""
        return KnownFiles(memo=self.memo, job=self.job, files=self.files)

    def bring_up_to_date(self) -> Memo:
        """Return the memo of all files and of the window of the job.

        Raises:
            UnusableStateError: All orders have to be read.
        """
        moved = replace(self.memo, since=self.job.rules.since, as_of=self.job.rules.as_of)
        has_new_files = bool(self.known_files.new_files)  # found here, for two threads ask
        with ThreadPoolExecutor(1, "window of a state") as pool:
            delta = pool.submit(move_window, self.known_files)
            return self._take_in(moved, delta) if has_new_files else replace(moved, delta=delta.result())

    def _take_in(self, memo: Memo, delta: Future[pl.DataFrame]) -> Memo:
        """Return the memo of the new files too; the delta of its window is worked out meanwhile."""
        with self.known_files.read_new() as (found, source):
            refuse_other_columns(self.memo, found, source, [*self.known_files.tails])
            orders = number_tails(found, {name: self.memo.files[name] for name in self.known_files.tails})
            spans = find_spans(orders.rows, source)
            reopened = self._reopen(orders) if may_be_open(orders) and memo.meets_ids(spans) else None
            rows = [memo.open_rows, *([] if reopened is None else [reopened.rows])]
            known = pl.concat(each.select(ORDER_ID, SOURCE_FILE) for each in rows)
            ids = find_id_order(orders)
            opened = find_open_rows(orders, find_open_hashes(orders, ids), known[ORDER_ID].unique())
            if compares_lines(orders, source):
                refuse_divided_orders(orders)
                refuse_continued_orders(opened, known)
            settled, lasting = drop_rows(opened[ROW], ids), in_any_window(orders)
            counted = count_tests(lasting, settled, {} if orders.adds_rows else source.first_rows)
            part = (count_part if has_days_before(counted[DAY], memo.since) else count_inside)(orders, settled)
            days, lines = name_outcomes(lasting, counted, settled), count_order_lines(lasting, source, settled)
            rejects = list_rejects(orders, memo.mapping, settled, counted[TEST].unique())
            refuse_questions(rejects, source)
            files = self._add_facts(spans, source, days)
            values = list_values(orders, self.job.rules)
        grown = replace(memo, open_rows=add_open_rows(memo.open_rows, opened), delta=delta.result())
        grown = grown if reopened is None else self._take_out(reopened, grown)
        return replace(
            grown,
            delta=sum_parts(grown.delta, part),
            days=add_days([grown.days, days]),
            order_lines=add_order_lines(grown.order_lines, lines),
            rejects=pl.concat([grown.rejects, rejects]),
            values=pl.concat([memo.values, values]).unique().sort("column", "value"),
            files=files,
        )

    def _add_facts(
        self, spans: Mapping[str, dict[str, Any]], source: Orders, days: pl.DataFrame
    ) -> dict[str, FileFacts]:
        known = self.memo.files
        names = {str(file.path) for file in self.known_files.new_files}
        inputs = [one for one in self.inputs if one["file"] in names]
        found = find_facts(spans, source, inputs, span_days(days))
        return known | {name: known[name].extend(facts) if name in known else facts for name, facts in found.items()}

    def _reopen(self, orders: OrderSet) -> Reopened | None:
        """Return the settled rows that have an id of a new row, each of which may count in some window; None: none.

        Raises:
            UnusableStateError: There are so many that all orders have to be read.
        """
        found = passing_rows(orders.rows, own_checks(orders)).select(ORDER_ID).collect()[ORDER_ID]
        ids = find_known_ids(found, self.memo.files.values())
        files = [] if ids.is_empty() else self.known_files.choose(lambda facts: facts.may_have(ids))
        if not files:
            return None
        self._refuse_recount(self._list_last_customers(ids))
        with self.known_files.read(files, Wanted(values=ids)) as (old, source):
            known = old.rows.filter(pl.col(ORDER_ID).is_in(ids.implode())).collect().lazy()
            settled = passing_rows(known, own_checks(old)).filter(~pl.col(ORDER_ID).is_in(self.memo.open_ids.implode()))
            rows = settled.drop(ROW).collect().with_row_index(ROW)
            refuse_many_open(rows.height, self._count_rows())
            if rows.is_empty():
                return None
            lasting = in_any_window(replace(old, rows=rows.lazy(), height=rows.height))
            return Reopened(orders=lasting, rows=rows, order_lines=count_order_lines(lasting, source, Duplicates()))

    def _count_rows(self) -> int:
        return int(self.memo.days["rows"].sum())

    def _list_last_customers(self, ids: pl.Series) -> pl.DataFrame:
        """Return the customers whose last order has one of these ids, or had it before some months."""
        parts = (self.memo.base.table, self.memo.delta)
        keys = key_columns(self.memo.delta)
        return pl.concat([part.filter(find_last_orders(part, ids)).select(keys) for part in parts]).unique().sort(keys)

    def _refuse_recount(self, customers: pl.DataFrame) -> None:
        parts = [take_rows(part, customers) for part in (self.memo.base.table, self.memo.delta)]
        orders = sum(int(part[name].sum()) for part in parts for name in (FREQUENCY, REFUNDS, BEFORE))
        if orders > FEW_ORDERS and orders * MOST_RECOUNTED > self._count_rows():
            message = f"last orders come again of customers with {orders:,} of {self._count_rows():,} orders"
            raise UnusableStateError(message)

    def _take_out(self, reopened: Reopened, memo: Memo) -> Memo:
        """Return the memo without what was counted of rows that are open now.

        Raises:
            UnusableStateError: Customers lose their last order who have so many that all may as well be counted.
        """
        grown = reopened.take_from(memo)

        def recount(customers: pl.DataFrame) -> pl.DataFrame:
            self._refuse_recount(customers)
            files = self.known_files.choose(lambda _: True)
            with self.known_files.read(files, Wanted(values=customers[CUSTOMER_ID])) as (old, _):
                theirs = rows_of(customers, old.rows).drop(ROW).collect().with_row_index(ROW)
            again = replace(in_window(old, memo.since, memo.as_of), rows=theirs.lazy(), height=theirs.height)
            opened = find_open_rows(again, NO_HASHES, grown.open_ids)
            return count_part(again, drop_rows(opened[ROW]))

        orders = in_window(reopened.orders, memo.since, memo.as_of)
        part = count_part(orders, Duplicates())
        known = leave_out(take_rows(memo.base.table, part.select(key_columns(part))), memo.gone)
        delta, gone = take_out(known, memo.delta, part, reopened.ids, recount)
        return replace(grown, delta=delta, gone=pl.concat([memo.gone, gone]).unique().sort(gone.columns))
