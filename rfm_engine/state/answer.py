"""What a memo answers: the customers, the ledger, the rejects and the findings that a run of all orders gives."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

import polars as pl

from rfm_engine.columns import CURRENCY, CUSTOMER_ID, FREQUENCY, LAST_ORDER_TIME, MONETARY_FEN, REGION, STATUS
from rfm_engine.customers.aggregate import Aggregated
from rfm_engine.customers.conflicts import describe_conflicts, refuse_conflicts
from rfm_engine.customers.large_sums import MOST_FEN
from rfm_engine.customers.last_order import last_order_columns
from rfm_engine.customers.metrics import recency_days
from rfm_engine.orders.cache import Inputs
from rfm_engine.orders.cleaning import NO_CUSTOMER_TO_EXCLUDE, describe_unmatched
from rfm_engine.orders.order_ids.duplicates import Duplicates, find_duplicates
from rfm_engine.orders.reading import SOURCE_FILE, SOURCE_ROW, Orders
from rfm_engine.orders.rejects import REJECT_SCHEMA, conflicts
from rfm_engine.orders.staging import ROW, order_set, row_mask
from rfm_engine.preparation.currencies import judge_currencies
from rfm_engine.preparation.spellings import list_values
from rfm_engine.privacy import MASK
from rfm_engine.review import Reviewed, review
from rfm_engine.state.by_day.day_ledger import OUTCOME, PASSES, Judged, add_days, count_days, list_rejects, make_ledger
from rfm_engine.state.by_day.order_lines import list_impossible
from rfm_engine.state.by_day.row_counts import DEDUCTIONS, FEN, ROWS, is_in
from rfm_engine.state.limits import OTHER_DECIMALS
from rfm_engine.state.memo import UnusableStateError
from rfm_engine.state.parts.columns import BEFORE, REFUNDS
from rfm_engine.state.parts.counting import count_part
from rfm_engine.state.parts.merging import merge, plus, refuse_negative
from rfm_engine.state.rereading import match_rules, values_of
from rfm_engine.state.windows import mark_unpaid
from rfm_engine.vocabulary.currencies import CENTS, minor_unit
from rfm_engine.vocabulary.provinces import fold_region, official_name

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rfm_engine.config.job import Job
    from rfm_engine.orders.files.order_file import OrderFile
    from rfm_engine.orders.ledger import Ledger
    from rfm_engine.orders.staging import OrderSet
    from rfm_engine.rules import Rules
    from rfm_engine.state.memo import Memo
    from rfm_engine.state.parts.merging import Merger


@dataclass(frozen=True, kw_only=True)
class Answer:
    """The answer of a memo to a job, but for the digests of its files; a base that a file has is used up for it."""

    memo: Memo
    job: Job
    files: Sequence[OrderFile]

    @cached_property
    def rules(self) -> Rules:
        """The rules as the rows spell them."""
        rules = match_rules(self.job.rules, self.memo.values)
        if CURRENCY not in self.memo.columns:
            return rules
        days = pl.concat([self.memo.days, count_days(order_set(self._number_rows(), rules), Duplicates())])
        rows = days.group_by(CURRENCY).agg(pl.col(ROWS).sum().alias("len"))
        if any(minor_unit(code) != CENTS for code in rows[CURRENCY]):
            raise UnusableStateError(OTHER_DECIMALS)
        return judge_currencies(rows, rules)

    @cached_property
    def open_orders(self) -> OrderSet:
        """The open rows, in the order of the files."""
        return mark_unpaid(order_set(self._number_rows(), self.rules))

    def _number_rows(self) -> pl.LazyFrame:
        places = {str(file.path): place for place, file in enumerate(self.files)}
        place = pl.col(SOURCE_FILE).replace_strict(places, return_dtype=pl.Int64)
        return self.memo.open_rows.sort(place, SOURCE_ROW).with_row_index(ROW).lazy()

    @cached_property
    def duplicates(self) -> Duplicates:
        """The repeats and conflicts among the open rows; among the others there are none."""
        return find_duplicates(self.open_orders)

    def _merge(self) -> Merger:
        """Return the part of all rows, which is too large to be kept beside the customers."""
        memo, opened = self.memo, self.open_orders
        change = plus(memo.delta, count_part(opened, self.duplicates)) if opened.height else memo.delta
        return merge(memo.base.take(), change, memo.gone)

    @cached_property
    def days(self) -> pl.DataFrame:
        """How many rows have each outcome, by day."""
        return add_days([self.memo.days, count_days(self.open_orders, Duplicates())])

    def aggregate(self) -> Aggregated:
        """Return what a run of all orders hands to grading.

        Raises:
            UnusableStateError: The memo cannot tell.
            DataError: So many rows conflict that they are order lines.
        """
        whole = self._merge()
        refuse_negative(whole.changed)
        sums = whole.take(FREQUENCY, MONETARY_FEN)
        self._refuse_unknown(sums)
        others = whole.filter(sums[FREQUENCY] == 0).take(REFUNDS, BEFORE)
        without_order, before = others.select((pl.all() > 0).sum()).row(0)
        parts = [customers.lazy()] if (customers := self._list_customers(whole, sums)).height else []
        del whole, sums
        differences = self._describe_conflicts()
        ledger, rejects = self._account(without_order, before)
        impossible = list_impossible(self.memo.order_lines.filter(is_in(self.rules.since, self.rules.as_of)))
        findings = tuple(
            finding
            for finding in review(
                Reviewed(
                    source=self._source(),
                    orders=self.open_orders.rows,
                    requested=self.job.rules,
                    rules=self.rules,
                    by=self.open_orders.by,
                    parts=parts,
                    repeated_ids=self.duplicates.suspect_hashes,
                    conflicts=differences,
                    declared=self.job.dataset.model_fields_set,
                    rejects=rejects,
                    known_counts=self._count_passing(),
                    known_without_currency=self._count_without_currency(),
                )
            )
            if finding.code not in impossible
        )
        is_private = self.job.dataset.is_private
        return Aggregated(
            parts=parts,
            by=self.open_orders.by,
            ledger=ledger,
            rejects=rejects,
            inputs=Inputs(files=[], source=self._source()),
            rules=self.job.rules,
            currency=self.rules.currency,
            findings=tuple(finding.mask_samples(MASK) for finding in findings) if is_private else findings,
        )

    @cached_property
    def _passing_days(self) -> pl.DataFrame:
        return self.days.filter(is_in(self.rules.since, self.rules.as_of) & (pl.col(OUTCOME) == PASSES))

    def _count_passing(self) -> pl.DataFrame:
        """Count the rows that pass, by status."""
        passing = self._passing_days.group_by(STATUS).agg(pl.col(ROWS, FEN, DEDUCTIONS).sum())
        return passing.filter(pl.col(ROWS) > 0)

    def _count_without_currency(self) -> int:
        blank = self._passing_days.filter(pl.col(CURRENCY).fill_null("") == "")
        return int(blank[ROWS].sum())

    def _list_customers(self, whole: Merger, sums: pl.DataFrame) -> pl.DataFrame:
        orders, rules = self.open_orders, self.rules
        last = last_order_columns(orders.columns, orders.by, rules.drop)
        lists = (pl.col(name).cast(pl.Categorical) for name in orders.by)
        columns = (LAST_ORDER_TIME, *(f"last_{name}" for name in last))
        has_orders = sums[FREQUENCY] > 0
        known = whole.filter(has_orders).take(*orders.by, CUSTOMER_ID, *columns).hstack(sums.filter(has_orders))
        return known.select(*lists, CUSTOMER_ID, recency_days(rules.as_of), *sums.columns, *columns)

    def _refuse_unknown(self, sums: pl.DataFrame) -> None:
        if (sums[MONETARY_FEN].abs() >= MOST_FEN).any():
            message = "a sum is too large"
            raise UnusableStateError(message)
        requested = self.rules.region
        if requested is not None and not self.rules.same_region:
            wanted = {fold_region(official_name(region)) for region in requested}
            others = {*list_values(values_of(self.memo.values, REGION), REGION)} - {*requested}
            if any(fold_region(official_name(region)) in wanted for region in others):
                message = "rows spell a requested region in another way"
                raise UnusableStateError(message)

    def _describe_conflicts(self) -> str:
        conflicting, orders = self.duplicates.conflicting, self.open_orders
        if conflicting.is_empty():
            return ""
        rows = orders.rows.filter(row_mask(conflicting, orders.height))
        found = describe_conflicts(rows, orders.order_by, conflicting.len())
        refuse_conflicts(found, int(self._count_passing()[ROWS].sum()), self.rules)
        return str(found)

    def _account(self, without_order: int, before: int) -> tuple[Ledger, pl.DataFrame]:
        orders, window = self.open_orders, is_in(self.rules.since, self.rules.as_of)
        every = pl.concat([self.memo.rejects, list_rejects(orders, self.memo.mapping, Duplicates())])
        lost = [every.filter(window).select(list(REJECT_SCHEMA))]
        conflicting = self.duplicates.conflicting
        if not conflicting.is_empty():
            mask = row_mask(conflicting, orders.height)
            lost.append(conflicts(orders.passing(), mask, self.memo.mapping).collect())
        rejects = pl.concat(lost).sort("file", "row")
        judged = Judged(
            dropped=self.duplicates.rows.height,
            conflicting=conflicting.len(),
            rejects=rejects,
            unmatched=self._list_unmatched(),
        )
        ledger = make_ledger(self.days, window, judged)
        return replace(ledger, customers_without_order=without_order, customers_before_window=before), rejects

    def _list_unmatched(self) -> list[str]:
        has_excluded = not values_of(self.memo.values, CUSTOMER_ID).collect().is_empty()
        sentences = [] if has_excluded or not self.rules.exclude_customer else [NO_CUSTOMER_TO_EXCLUDE]
        rules = replace(self.rules, exclude_customer=())
        for column, looks in ((REGION, replace(rules, keep_status=None)), (STATUS, replace(rules, region=None))):
            sentences += describe_unmatched(values_of(self.memo.values, column), looks)
        return sentences

    def _source(self) -> Orders:
        memo, names = self.memo, [str(file.path) for file in self.files]
        return Orders(
            typed=lambda **_: pl.LazyFrame(),
            files=tuple(self.files),
            mapping={name: dict(memo.mapping) for name in names},
            dtypes={name: dict(memo.dtypes) for name in names},
            unmapped=dict.fromkeys(names, memo.unmapped),
            sources=dict.fromkeys(names),
        )
