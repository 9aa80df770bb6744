"""What a run of all orders shows, as what is kept of it for the next run."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import polars as pl

from rfm_engine.columns import ORDER_ID
from rfm_engine.orders.order_ids.duplicates import Duplicates, find_duplicates
from rfm_engine.orders.order_ids.spans import span_ids
from rfm_engine.orders.padding import are_padded
from rfm_engine.orders.reading import SOURCE_FILE
from rfm_engine.orders.staging import ROW, order_set
from rfm_engine.state.answer import Answer
from rfm_engine.state.base import hold_base
from rfm_engine.state.by_day.day_ledger import count_days, list_rejects, name_outcomes, span_days, subtract_days
from rfm_engine.state.by_day.order_lines import compares_lines, count_order_lines, refuse_divided_orders
from rfm_engine.state.by_day.row_counts import (
    DAY,
    FIRST_ROW,
    LAST_ROW,
    TEST,
    count_days_as_passing,
    count_tests,
    find_outside,
    judge_outside,
)
from rfm_engine.state.limits import list_readings, refuse_questions, refuse_unfit
from rfm_engine.state.memo import Memo, UnusableStateError, find_facts, find_spans
from rfm_engine.state.open_ids import NO_IDS, drop_rows, find_open_hashes, find_open_rows, refuse_many_open
from rfm_engine.state.parts.columns import key_columns
from rfm_engine.state.parts.counting import complete_part, count_inside, count_part
from rfm_engine.state.parts.leaving import rows_of, take_out
from rfm_engine.state.parts.merging import amend, take_rows
from rfm_engine.state.rereading import list_values
from rfm_engine.state.windows import in_any_window, in_window, lasting_columns, mark_unpaid

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rfm_engine.config.job import Job
    from rfm_engine.customers.aggregate import Aggregated
    from rfm_engine.orders.failing_rows import FailingRows, RowRange
    from rfm_engine.orders.reading import Orders
    from rfm_engine.orders.staging import OrderSet
    from rfm_engine.orders.tally import Tally
    from rfm_engine.system.regular_files import FileState


@dataclass(frozen=True)
class RowsByDay:
    """Rows by file and day as if all passed their checks; read again are those that do not."""

    orders: OrderSet
    days: pl.DataFrame
    first_rows: Mapping[str, int]

    def find_outside(self) -> list[RowRange]:
        """Return ranges that have all rows outside the window."""
        return find_outside(self.days, self.orders.rules)

    def count_tests(self, failing: FailingRows) -> pl.DataFrame:
        """Return the rows by the check that they fail first, file and day."""
        if failing.are_outside:
            return judge_outside(self.orders, self.days, failing)
        return count_tests(self.orders, Duplicates(), self.first_rows)


def count_by_day(source: Orders, orders: OrderSet, tally: Tally) -> RowsByDay | None:
    """Return the rows by file and day; None where what becomes of one depends on others."""
    if orders.adds_rows or SOURCE_FILE not in orders.columns:
        return None
    days = count_days_as_passing(orders, source.first_rows, may_be_rounded=tally.may_be_rounded)
    return RowsByDay(orders, days, source.first_rows)


@dataclass(frozen=True, kw_only=True)
class Observation:
    """Orders that a run read whole: what is known of their ids and files, what was found, and `counted`.

    `counted` are their rows as `count_tests` counts them, None where each depends on other rows; `failing` those that
    fail a check.
    """

    job: Job
    orders: OrderSet
    repeated: Duplicates
    source: Orders
    found: Aggregated
    counted: pl.DataFrame | None
    failing: FailingRows
    states: Mapping[str, FileState]

    def make_memo(self) -> Memo:
        """Return what to keep; it gives the answer that was found.

        Raises:
            UnusableStateError: It would not, or not after the next files.
        """
        job, orders, source, found = self.job, self.orders, self.source, self.found
        refuse_unfit(job, source, found.rules, orders.columns)
        if len(found.parts) != 1:
            message = "the lists do not fit into memory together"
            raise UnusableStateError(message)
        memo = self._describe(self._find_open_rows())
        if not source.is_trimmed and self._is_padded(memo):
            message = "white space stands around ids that a run need not look at"
            raise UnusableStateError(message)
        again = Answer(memo=memo, job=job, files=job.files).aggregate()
        if not _are_same(again, found):
            message = "what would be kept does not give the same lists"
            raise UnusableStateError(message)
        return memo

    def _is_padded(self, memo: Memo) -> bool:
        """Return whether white space stands around a text that is kept and at which the run need not have looked.

        It looked at ids, at lists, and at last orders; not at those which are that without the open rows.
        """
        has_other_orders = bool(memo.open_rows.height or self.orders.rules.drop)
        kept = [memo.open_rows, memo.days, memo.values, *([memo.base.table] if has_other_orders else [])]
        return any(are_padded(frame.lazy()) for frame in kept)

    def _find_spans(self, counted: pl.DataFrame) -> dict[str, dict[str, Any]]:
        """Return the spans of each file's ids; where they rise, run by run, the ids that are known are near enough."""
        runs = self.repeated.runs
        if self.source.is_trimmed or not runs:
            return find_spans(self.orders.rows, self.source)
        places = counted.group_by(SOURCE_FILE).agg(pl.col(FIRST_ROW).min(), pl.col(LAST_ROW).max())
        spans = {name: span_ids(runs, first, last + 1) for name, first, last in places.iter_rows()}
        return {name: {"first_id": first, "last_id": last} for name, (first, last) in spans.items()}

    def _find_open_rows(self) -> pl.DataFrame:
        orders = self.orders
        opened = find_open_rows(orders, find_open_hashes(orders, self.repeated), NO_IDS)  # outside the window too
        refuse_many_open(opened.height, orders.height)
        return opened

    def _describe(self, opened: pl.DataFrame) -> Memo:
        orders, source, rules = self.orders, self.source, self.job.rules
        settled, lasting = drop_rows(opened[ROW]), mark_unpaid(in_any_window(orders))
        first = next(iter(source.mapping))
        counted = count_tests(lasting, settled) if self.counted is None else self.counted
        days = name_outcomes(lasting, counted, settled)
        if self.counted is not None:
            days = subtract_days(days, count_days(replace(orders, rows=opened.lazy()), Duplicates()))
        if compares_lines(orders, source):
            refuse_divided_orders(orders)
        rejects = list_rejects(lasting, source.mapping[first], settled, counted[TEST].unique())
        refuse_questions(rejects, source)
        has_days_before = rules.since is not None and bool((days[DAY] < rules.since).any())
        base = self._make_base(orders if has_days_before else in_window(orders, None, rules.as_of), opened)
        facts = find_facts(self._find_spans(counted), source, self.found.inputs.files, span_days(days))
        return Memo(
            since=rules.since,
            as_of=rules.as_of,
            files={name: replace(one, state=self.states.get(name)) for name, one in facts.items()},
            base=hold_base(base),
            delta=base.clear(),
            gone=base.clear().select(key_columns(base)),
            open_rows=opened.drop(ROW),
            days=days,
            order_lines=count_order_lines(lasting, source, settled),
            rejects=rejects,
            values=list_values(orders, rules),
            columns=lasting_columns(orders),
            mapping=source.mapping[first],
            dtypes=source.dtypes[first],
            unmapped=source.unmapped[first],
            reading=list_readings(source)[0],
        )

    def _make_base(self, orders: OrderSet, opened: pl.DataFrame) -> pl.DataFrame:
        """Return the part of the rows that are not open: the customers found, those of open rows counted anew."""
        without, part = drop_rows(opened[ROW]), self.found.parts[0]
        if orders.rules.drop or orders.rules.refunds == "net":
            return count_part(orders, without)
        base = complete_part(orders, without, part.collect(), self.failing.outside(orders))
        if opened.is_empty():
            return base
        judged = mark_unpaid(order_set(opened.sort(ROW).drop(ROW).with_row_index(ROW).lazy(), self.orders.rules))

        def recount(customers: pl.DataFrame) -> pl.DataFrame:
            return count_part(replace(orders, rows=rows_of(customers, orders.rows).collect().lazy()), without)

        counted = count_inside(judged, find_duplicates(judged))
        known = take_rows(base, counted.select(key_columns(counted)))
        return amend(base, *take_out(known, base.clear(), counted, opened[ORDER_ID].unique(), recount))


def _are_same(one: Aggregated, other: Aggregated) -> bool:
    frames = [
        pl.concat(each.parts).with_columns(pl.col(each.by).cast(pl.Categorical)).collect()
        if each.parts
        else pl.DataFrame()
        for each in (one, other)
    ]
    return (
        frames[0].equals(frames[1])
        and frames[0].schema == frames[1].schema
        and one.rejects.equals(other.rejects)
        and (one.by, one.ledger, one.findings, one.currency) == (other.by, other.ledger, other.findings, other.currency)
    )
