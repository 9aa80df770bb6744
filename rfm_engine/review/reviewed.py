"""What the checks of the review look at."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

import polars as pl

from rfm_engine.columns import CURRENCY, CUSTOMER_ID, FREQUENCY, ORDER_AMOUNT_FEN, STATUS
from rfm_engine.orders.cells.amounts import is_positive
from rfm_engine.orders.cleaning import passing_rows, row_checks
from rfm_engine.orders.parsing import null_if_empty
from rfm_engine.review.lines_of_orders import HAS_SEVERAL_LINES, add_lines_up

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from rfm_engine.orders.reading import Orders
    from rfm_engine.rules import Rules


@dataclass(frozen=True, kw_only=True)
class Reviewed:
    """The orders of one dataset, on the way to their lists.

    What was understood of the files; the prepared rows; the rules as requested and `rules` as the rows spell them; the
    columns of a list; its customers with their metrics; the hashes of order ids in several rows; what conflicting rows
    differ in and how many are rejected; the keys that the dataset declares; the rejected rows; `counts`,
    `deductions` and `rows_without_currency`, where they are known already; of orders without ids the rows on the same
    day as another of the customer.
    """

    source: Orders
    orders: pl.LazyFrame
    requested: Rules
    rules: Rules
    by: tuple[str, ...]
    parts: Sequence[pl.LazyFrame] = ()
    repeated_ids: pl.DataFrame = field(default_factory=pl.DataFrame)
    conflicts: str = ""
    declared: Collection[str] = ()
    rejects: pl.DataFrame = field(default_factory=pl.DataFrame)
    known_counts: pl.DataFrame | None = None
    known_deductions: int | None = None
    known_without_currency: int | None = None
    rows_on_same_day: int = 0

    @cached_property
    def columns(self) -> tuple[str, ...]:
        """The columns of the prepared rows."""
        return tuple(self.orders.collect_schema().names())

    @cached_property
    def passing(self) -> pl.LazyFrame:
        """The rows that pass every check of the rules."""
        return passing_rows(self.orders, row_checks(self.columns, self.rules))

    @cached_property
    def counts(self) -> pl.DataFrame:
        """The rows that pass every check: by status, their `rows`, `fen` and `deductions` (0 or less)."""
        if self.known_counts is not None:
            return self.known_counts
        fen, keys = pl.col(ORDER_AMOUNT_FEN), null_if_empty([STATUS] if STATUS in self.columns else [])
        sums = (pl.len().alias("rows"), fen.sum().alias("fen"), (~is_positive(self.columns)).sum().alias("deductions"))
        return (self.passing.group_by(keys).agg(sums) if keys else self.passing.select(sums)).collect()

    @cached_property
    def deductions(self) -> int:
        """The rows of 0 or less that pass every check."""
        known = self.known_deductions
        return int(self.counts["deductions"].sum()) if known is None else known

    @cached_property
    def rows_without_currency(self) -> int:
        """The rows whose column of currencies is blank that pass every check."""
        if self.known_without_currency is not None:
            return self.known_without_currency
        return int(self.passing.filter(pl.col(CURRENCY).fill_null("") == "").select(pl.len()).collect().item())

    @cached_property
    def lines_by_order(self) -> pl.DataFrame:
        """The orders of several lines, as `add_lines_up` has them."""
        return add_lines_up(self.passing).filter(HAS_SEVERAL_LINES).collect()

    @cached_property
    def free_headers(self) -> list[str]:
        """The headers of all files that hold no column, each once."""
        return list(dict.fromkeys(header for headers in self.source.unmapped.values() for header in headers))

    def files_without_source(self, column: str) -> list[str]:
        """Return the files in which no order source says which header holds the column."""
        sources, is_given = self.source.sources, column in self.mapped_by_user
        known = {path for path, source in sources.items() if source and column in source.columns and not is_given}
        return [path for path in self.source.mapping if path not in known]

    @cached_property
    def mapped_by_user(self) -> frozenset[str]:
        """The columns whose headers the dataset or an option names."""
        return frozenset(name for file in self.source.files for name in file.options.columns)

    @cached_property
    def customers(self) -> pl.DataFrame:
        """The customers of all lists with their frequency, one row for each list that they are in."""
        if not self.parts:
            return pl.DataFrame(schema={CUSTOMER_ID: pl.String, FREQUENCY: pl.Int64})
        columns = pl.col(CUSTOMER_ID).cast(pl.String), FREQUENCY
        return pl.concat(part.select(columns) for part in self.parts).collect()

    @property
    def customer_ids(self) -> pl.Series:
        """The ids of `customers`."""
        return self.customers[CUSTOMER_ID]

    @cached_property
    def first_bytes(self) -> pl.Series:
        """The first byte of each of `customer_ids`."""
        return self.customer_ids.cast(pl.Binary).bin.get(0, null_on_oob=True)
