"""What a run of all orders shows, as what is kept of it for the next run."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import accumulate, pairwise
from typing import TYPE_CHECKING, Final

import polars as pl

from rfm_engine.columns import CUSTOMER_ID, ORDER_ID
from rfm_engine.orders.cleaning import is_in_window
from rfm_engine.orders.order_ids.duplicates import Duplicates
from rfm_engine.orders.padding import has_padding, text_columns
from rfm_engine.orders.reading import SOURCE_FILE
from rfm_engine.orders.staging import ROW
from rfm_engine.state.answer import Answer
from rfm_engine.state.counting import count_part
from rfm_engine.state.day_ledger import (
    DAY,
    ROWS,
    TEST,
    count_days,
    count_tests,
    list_rejects,
    name_outcomes,
    span_days,
    subtract_days,
)
from rfm_engine.state.limits import list_readings, refuse_questions, refuse_unfit
from rfm_engine.state.memo import Memo, UnusableStateError, find_facts
from rfm_engine.state.open_ids import NO_HASHES, NO_IDS, drop_rows, find_open_hashes, find_open_rows
from rfm_engine.state.parts import add_up, list_customers
from rfm_engine.state.rereading import list_values
from rfm_engine.state.windows import in_any_window, in_window, lasting_columns, mark_unpaid

if TYPE_CHECKING:
    from rfm_engine.config.job import Job
    from rfm_engine.customers.aggregate import Aggregated
    from rfm_engine.orders.reading import Orders
    from rfm_engine.orders.staging import OrderSet

FEW_OPEN: Final = 10_000
MOST_OPEN: Final = 50
"""One in so many rows may be judged anew in each run."""


@dataclass(frozen=True, kw_only=True)
class Observation:
    """Orders that a run read whole: what is known of their ids and files, what was found, and `counted`.

    `counted` are their rows as `count_tests` counts them, None where each depends on other rows.
    """

    job: Job
    orders: OrderSet
    repeated: Duplicates
    source: Orders
    found: Aggregated
    counted: pl.DataFrame | None

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
        if not source.is_trimmed and self._may_have_padding():
            message = "white space stands around ids that a run need not look at"
            raise UnusableStateError(message)
        memo = self._describe(self._find_open_rows())
        again = Answer(memo=memo, job=job, files=job.files, inputs=found.inputs.files).aggregate()
        if not _are_same(again, found):
            message = "what would be kept does not give the same lists"
            raise UnusableStateError(message)
        return memo

    def _may_have_padding(self) -> bool:
        """Return whether white space stands around texts at which the run need not have looked.

        It looked at order ids, and at those of lists and customers in the rows that are used.
        """
        orders, ledger = self.orders, self.found.ledger
        grouped = (*orders.by, CUSTOMER_ID)
        others = [name for name in text_columns(orders.rows) if name not in (*grouped, ORDER_ID)]
        is_rest_outside = ledger.used + ledger.duplicates + ledger.outside_window == orders.height
        rows = orders.rows.filter(~is_in_window(orders.rules)) if is_rest_outside else orders.rows
        return has_padding(rows, grouped) or has_padding(orders.rows, others)

    def _find_id_rows(self, counted: pl.DataFrame) -> pl.LazyFrame:
        """Return rows that have the least and the greatest id of each file: where ids rise its first and last row."""
        rows, names = self.orders.rows, [str(file.path) for file in self.source.files]
        if self.source.is_trimmed or not self.repeated.ids_rise:
            return rows
        heights = dict(counted.group_by(SOURCE_FILE).agg(pl.col(ROWS).sum()).iter_rows())
        ends = [*accumulate((heights.get(name, 0) for name in names), initial=0)]
        spans = [
            (name, first, end - 1) for name, (first, end) in zip(names, pairwise(ends), strict=True) if first < end
        ]
        wanted = pl.Series([row for _, *span in spans for row in span], dtype=pl.UInt32)
        found = rows.filter(pl.col(ROW).is_in(wanted.implode())).select(ROW, SOURCE_FILE, ORDER_ID).collect()
        places = dict(found.select(ROW, SOURCE_FILE).iter_rows())
        is_found = all(places.get(row) == name for name, *span in spans for row in span)
        return found.lazy() if is_found else rows

    def _find_open_rows(self) -> pl.DataFrame:
        orders = self.orders
        hashes = NO_HASHES if self.repeated.ids_rise else find_open_hashes(orders)  # those outside the window too
        opened = find_open_rows(orders, hashes, NO_IDS)
        if opened.height > FEW_OPEN and opened.height * MOST_OPEN > orders.height:
            message = f"the order ids of {opened.height:,} of {orders.height:,} rows come again"
            raise UnusableStateError(message)
        return opened

    def _describe(self, opened: pl.DataFrame) -> Memo:
        orders, source, rules = self.orders, self.source, self.job.rules
        settled, lasting = Duplicates(rows=drop_rows(opened[ROW])), mark_unpaid(in_any_window(orders))
        first = next(iter(source.mapping))
        counted = count_tests(lasting, settled) if self.counted is None else self.counted
        days = name_outcomes(lasting, counted, settled)
        if self.counted is not None:
            days = subtract_days(days, count_days(replace(orders, rows=opened.lazy()), Duplicates()))
        rejects = list_rejects(lasting, source.mapping[first], settled, counted[TEST].unique())
        refuse_questions(rejects, source)
        has_days_before = rules.since is not None and bool((days[DAY] < rules.since).any())
        return Memo(
            since=rules.since,
            as_of=rules.as_of,
            files=find_facts(self._find_id_rows(counted), source, self.found.inputs.files, span_days(days)),
            base=_make_base(orders if has_days_before else in_window(orders, None, rules.as_of), opened, self.found),
            open_rows=opened.drop(ROW),
            days=days,
            rejects=rejects,
            values=list_values(orders.rows),
            columns=lasting_columns(orders),
            mapping=source.mapping[first],
            dtypes=source.dtypes[first],
            unmapped=source.unmapped[first],
            reading=list_readings(source)[0],
        )


def _make_base(orders: OrderSet, opened: pl.DataFrame, found: Aggregated) -> pl.DataFrame:
    """Return the part of the rows that are not open: the customers that were found, those of open rows counted anew."""
    dropped = drop_rows(opened[ROW])
    if orders.rules.drop:
        return count_part(orders, dropped)
    keys = list_customers(opened, orders.by)
    customers = found.parts[0].with_columns(pl.col(orders.by).cast(pl.String))
    known = customers.join(keys.lazy(), on=keys.columns, how="anti").collect()
    if not opened.height:
        return count_part(orders, dropped, known)
    theirs = orders.rows.join(keys.lazy(), on=keys.columns, how="semi").collect()
    again = replace(orders, rows=theirs.lazy())
    others = replace(orders, rows=orders.rows.join(keys.lazy(), on=keys.columns, how="anti"))
    return add_up([count_part(others, dropped, known), count_part(again, dropped)])


def _are_same(one: Aggregated, other: Aggregated) -> bool:
    frames = [
        pl.concat(each.parts).with_columns(pl.col(each.by).cast(pl.String)).collect() if each.parts else pl.DataFrame()
        for each in (one, other)
    ]
    return (
        frames[0].equals(frames[1])
        and frames[0].schema == frames[1].schema
        and one.rejects.equals(other.rejects)
        and (one.by, one.ledger, one.findings, one.currency) == (other.by, other.ledger, other.findings, other.currency)
    )
