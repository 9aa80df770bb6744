"""Some of a job's order files read, typed and prepared, as a run reads all of them."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cached_property, partial
from typing import TYPE_CHECKING, Final, NamedTuple

import polars as pl

from rfm_engine.columns import ALIASES, CUSTOMER_ID, ORDER_TIME, REGION, STATUS
from rfm_engine.orders.cache import keeps_remainders
from rfm_engine.orders.padding import may_be_padded, trim_if_padded
from rfm_engine.orders.reading import SOURCE_FILE, SOURCE_ROW, read
from rfm_engine.orders.staging import ROW, hold_orders, order_set, stage_orders
from rfm_engine.preparation import follow_sources, prepare_orders
from rfm_engine.preparation.spellings import join_regions, match_statuses
from rfm_engine.review.scientific_ids import find_scientific_ids
from rfm_engine.state.growth import cut_tail, may_have_grown
from rfm_engine.state.limits import refuse_unfit
from rfm_engine.state.memo import UnusableStateError
from rfm_engine.state.windows import LAST_DAY, day_after

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from contextlib import AbstractContextManager
    from datetime import date

    from rfm_engine.config.job import Job
    from rfm_engine.orders.files.order_file import OrderFile
    from rfm_engine.orders.reading import Orders
    from rfm_engine.orders.staging import OrderSet
    from rfm_engine.rules import Rules
    from rfm_engine.state.memo import FileFacts, Memo

MOST_CHOSEN: Final = 2_000_000
"""Rows that are held in memory; of more all are read again by each step, as of padded ids all may be wanted ones."""


class Wanted(NamedTuple):
    """What is wanted of some rows: those of some days, those that have one of some values, without some columns.

    The values are of the column of their name; None: of any day, of any value.
    """

    days: tuple[date, date] | None = None
    values: pl.Series | None = None
    spared: Sequence[str] = ()


ALL: Final = Wanted()


@dataclass(frozen=True, kw_only=True)
class KnownFiles:
    """The files of a job as they are held open, some of which a memo knows."""

    memo: Memo
    job: Job
    files: Sequence[OrderFile]

    @cached_property
    def tails(self) -> dict[str, OrderFile]:
        """The new lines of the files that grew, each as a file."""
        known = [(file, self.memo.files[name]) for file in self.files if (name := str(file.path)) in self.memo.files]
        return {str(file.path): cut_tail(file, facts) for file, facts in known if may_have_grown(file, facts)}

    @cached_property
    def new_files(self) -> list[OrderFile]:
        """The files that the memo does not know, and what is new of the others."""
        return [*(file for file in self.files if str(file.path) not in self.memo.files), *self.tails.values()]

    def choose(self, has: Callable[[FileFacts], bool]) -> list[OrderFile]:
        """Return the files that the memo knows and that have something."""
        facts = self.memo.files
        return [file for file in self.files if (name := str(file.path)) in facts and has(facts[name])]

    def read_new(self) -> AbstractContextManager[tuple[OrderSet, Orders]]:
        """Give the new files, as `read_files` does."""
        return read_files(self.job, self.new_files)

    def read(self, files: Sequence[OrderFile], wanted: Wanted) -> AbstractContextManager[tuple[OrderSet, Orders]]:
        """Give what the memo knows of some files, as `read_files` does."""
        return read_files(self.job, files, {name: self.memo.files[name].last_row for name in self.tails}, wanted)


@contextmanager
def read_files(
    job: Job,
    files: Sequence[OrderFile],
    last_rows: Mapping[str, int] | None = None,
    wanted: Wanted = ALL,
) -> Iterator[tuple[OrderSet, Orders]]:
    """Give the prepared orders of some files, marked for any window, and what was understood of them.

    Of some files the rows are given up to a `source_row` alone. What is not wanted may be missing.

    Raises:
        UnusableStateError: Files of which a state can't answer.
    """
    extra = [name for name in job.rules.by if name not in ALIASES]
    source = read(files, extra, job.sources, is_source_given=job.is_source_given)
    sought = wanted if _can_leave_out_rows(job, source) else wanted._replace(days=None, values=None)
    read_lines = partial(source.typed, with_remainder=keeps_remainders(job, source), days=sought.days)
    places = [file.source for file in files], [file.format for file in files]
    with stage_orders(read_lines, *places) as staged:
        bare = staged.drop(wanted.spared, strict=False)
        if sought.values is not None and not (source.is_text or job.rules.same_id):
            held = _choose(bare, sought.values)
        else:
            held = bare if job.rules.grain == "line" else hold_orders(bare, *places, _is_in(sought.days))
        rows = _keep_first(held, last_rows) if last_rows else held
        trimmed = rows if source.is_trimmed else trim_if_padded(rows)
        requested = follow_sources(trimmed, job.rules, source, job.dataset.model_fields_set)
        lasting = replace(requested, since=None, as_of=LAST_DAY)
        typed, rules = prepare_orders(trimmed, lasting, is_text=source.is_text, copies=source.copies)
        prepared = order_set(typed, replace(rules, since=requested.since, as_of=requested.as_of))
        refuse_unfit(job, source, requested, prepared.columns)
        if [*find_scientific_ids(prepared.rows, is_text=source.is_text)]:
            message = "ids have lost digits"
            raise UnusableStateError(message)
        yield prepared, source


def _can_leave_out_rows(job: Job, source: Orders) -> bool:
    """Return whether a row means the same whatever others there are."""
    return not (job.rules.grain == "line" or source.has_currencies)


def _is_in(days: tuple[date, date] | None) -> pl.Expr | None:
    """Return whether an order is of these days, both included."""
    if days is None:
        return None
    begin, end = (pl.lit(day).cast(pl.Datetime("us")) for day in (days[0], day_after(days[1])))
    return pl.col(ORDER_TIME).is_between(begin, end, closed="left")


def _choose(rows: pl.LazyFrame, values: pl.Series) -> pl.LazyFrame:
    """Return the rows that have one of these values, with white space around it too; or all rows, where they are many.

    To look for white space in every text of 60 million rows takes 5 processor seconds, to choose by one column 2.
    """
    has_one = pl.col(values.name).is_in(values.implode())
    chosen = rows.filter(has_one | may_be_padded(values.name)).head(MOST_CHOSEN + 1).drop(ROW).collect()
    return rows if chosen.height > MOST_CHOSEN else chosen.with_row_index(ROW).lazy()


def _keep_first(rows: pl.LazyFrame, last_rows: Mapping[str, int]) -> pl.LazyFrame:
    last = pl.col(SOURCE_FILE).replace_strict(last_rows, default=None, return_dtype=pl.Int64)
    kept = rows.filter((pl.col(SOURCE_ROW) <= last).fill_null(value=True))
    return kept.drop(ROW).collect().with_row_index(ROW).lazy()


def list_values(orders: OrderSet, rules: Rules) -> pl.DataFrame:
    """Return each region and status of some rows, where the rules request some, and each customer whom they leave out.

    They are sorted, each with its `column` and `value`.
    """
    requested = ((REGION, rules.region), (STATUS, rules.keep_status))
    columns = [name for name, values in requested if values is not None and name in orders.columns]
    excluded = orders.rows.filter(pl.col(CUSTOMER_ID).is_in(orders.rules.exclude_customer))
    sources = dict.fromkeys(columns, orders.rows) | ({CUSTOMER_ID: excluded} if orders.rules.exclude_customer else {})
    found = [
        rows.select(pl.lit(name).alias("column"), pl.col(name).alias("value")).unique()
        for name, rows in sources.items()
    ]
    empty = pl.DataFrame(schema={"column": pl.String, "value": pl.String})
    return pl.concat([empty, *pl.collect_all(found)]).drop_nulls().sort("column", "value")


def values_of(values: pl.DataFrame, column: str) -> pl.LazyFrame:
    """Return the values of a column as rows that have nothing else."""
    return values.lazy().filter(pl.col("column") == column).select(pl.col("value").alias(column))


def match_rules(rules: Rules, values: pl.DataFrame) -> Rules:
    """Return the rules as rows of these values spell what they request."""
    if rules.same_region and values.filter(pl.col("column") == REGION).height:
        _, rules = join_regions(values_of(values, REGION), rules)
    return match_statuses(values_of(values, STATUS), rules)
