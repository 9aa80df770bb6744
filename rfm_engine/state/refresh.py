"""A memo brought up to date: the window moves on, new files come in, their rows open some of what was settled."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import cached_property, reduce
from typing import TYPE_CHECKING, Final

import polars as pl

from rfm_engine.columns import FREQUENCY, ORDER_ID, PRODUCT_NAME, STORE_CODE
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
from rfm_engine.state.growth import cut_tail, may_have_grown, number_tails
from rfm_engine.state.limits import refuse_other_columns, refuse_questions
from rfm_engine.state.memo import Memo, UnusableStateError, find_facts, find_spans
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
from rfm_engine.state.parts.counting import count_inside, count_leaving, count_part
from rfm_engine.state.parts.leaving import find_last_orders, leave_out, negate, rows_of, take_out
from rfm_engine.state.parts.merging import plus, take_rows
from rfm_engine.state.reopened import Reopened, find_known_ids
from rfm_engine.state.rereading import list_values, read_files
from rfm_engine.state.windows import (
    day_after,
    day_before,
    has_days_before,
    in_any_window,
    in_window,
    own_checks,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from concurrent.futures import Future
    from contextlib import AbstractContextManager
    from datetime import date
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
    def tails(self) -> dict[str, OrderFile]:
        """The new lines of the files that grew, each as a file."""
        known = [(file, self.memo.files[name]) for file in self.files if (name := str(file.path)) in self.memo.files]
        return {str(file.path): cut_tail(file, facts) for file, facts in known if may_have_grown(file, facts)}

    @cached_property
    def new_files(self) -> list[OrderFile]:
        """The files that the memo does not know, and what is new of the others."""
        return [*(file for file in self.files if str(file.path) not in self.memo.files), *self.tails.values()]

    def old_files(self, has: Callable[[FileFacts], bool]) -> list[OrderFile]:
        """Return the files that the memo knows and that have something."""
        facts = self.memo.files
        return [file for file in self.files if (name := str(file.path)) in facts and has(facts[name])]

    def _read_known(
        self, files: Sequence[OrderFile], days: tuple[date, date] | None = None, spared: Sequence[str] = ()
    ) -> AbstractContextManager[tuple[OrderSet, Orders]]:
        """Give what the memo knows of some files, as `read_files` does."""
        return read_files(self.job, files, {name: self.memo.files[name].last_row for name in self.tails}, days, spared)

    def bring_up_to_date(self) -> Memo:
        """Return the memo of all files and of the window of the job.

        Raises:
            UnusableStateError: All orders have to be read.
        """
        new_files, moved = self.new_files, replace(self.memo, since=self.job.rules.since, as_of=self.job.rules.as_of)
        with ThreadPoolExecutor(1, "window of a state") as pool:
            delta = pool.submit(self._move_window)
            return self._take_in(new_files, moved, delta) if new_files else replace(moved, delta=delta.result())

    def _move_window(self) -> pl.DataFrame:
        """Return the delta with the parts of the known files that come in and go out with the window."""
        memo, rules, changes = self.memo, self.job.rules, [self.memo.delta]
        if rules.since is not None and memo.since is not None and rules.since > memo.since:
            leaving = self._count_days(count_leaving, memo.since, day_before(rules.since), spared=self._last_texts)
            changes.append(negate(leaving, memo.delta))
        if rules.as_of > memo.as_of:
            changes.append(self._count_days(count_inside, day_after(memo.as_of), rules.as_of))
        return _add_up(*changes)

    @property
    def _last_texts(self) -> list[str]:
        """The columns that say something of last orders alone."""
        return [name for name in (PRODUCT_NAME, STORE_CODE) if name not in self.job.rules.by]

    def _count_days(
        self,
        count: Callable[[OrderSet, Duplicates], pl.DataFrame],
        first: date,
        last: date,
        spared: Sequence[str] = (),
    ) -> pl.DataFrame:
        """Return the part of the settled rows of some days, which needs no `spared` columns."""
        files = self.old_files(lambda facts: facts.meets_days(first, last))
        if not files:
            return self.memo.delta.clear()
        with self._read_known(files, (first, last), spared) as (orders, _):
            opened = find_open_rows(orders, NO_HASHES, self.memo.open_ids)
            return count(in_window(orders, first, last), drop_rows(opened[ROW], find_id_order(orders)))

    def _take_in(self, new_files: Sequence[OrderFile], memo: Memo, delta: Future[pl.DataFrame]) -> Memo:
        """Return the memo of the new files too; the delta of its window is worked out meanwhile."""
        with read_files(self.job, new_files) as (found, source):
            refuse_other_columns(self.memo, found, source, [*self.tails])
            orders = number_tails(found, {name: self.memo.files[name] for name in self.tails})
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
            delta=_add_up(grown.delta, part),
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
        names = {str(file.path) for file in self.new_files}
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
        files = [] if ids.is_empty() else self.old_files(lambda facts: facts.may_have(ids))
        if not files:
            return None
        self._refuse_recount(self._list_last_customers(ids))
        with self._read_known(files) as (old, source):
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
            with self._read_known(self.old_files(lambda _: True)) as (old, _):
                theirs = rows_of(customers, old.rows).drop(ROW).collect().with_row_index(ROW)
            again = replace(in_window(old, memo.since, memo.as_of), rows=theirs.lazy(), height=theirs.height)
            opened = find_open_rows(again, NO_HASHES, grown.open_ids)
            return count_part(again, drop_rows(opened[ROW]))

        orders = in_window(reopened.orders, memo.since, memo.as_of)
        part = count_part(orders, Duplicates())
        known = leave_out(take_rows(memo.base.table, part.select(key_columns(part))), memo.gone)
        delta, gone = take_out(known, memo.delta, part, reopened.ids, recount)
        return replace(grown, delta=delta, gone=pl.concat([memo.gone, gone]).unique().sort(gone.columns))


def _add_up(*changes: pl.DataFrame) -> pl.DataFrame:
    """Return the part of the rows of all these, the short ones added to the longest."""
    return reduce(plus, sorted(changes, key=lambda part: -part.height))
