"""What the checks of the review look at."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from rfm_engine.orders.cleaning import passing_rows, row_checks

if TYPE_CHECKING:
    import polars as pl

    from rfm_engine.orders.reading import Orders
    from rfm_engine.rules import Rules


@dataclass(frozen=True)
class Reviewed:
    """The orders of one dataset: what was understood of the files, the typed rows, the rules, the columns of a list."""

    source: Orders
    orders: pl.LazyFrame
    rules: Rules
    by: tuple[str, ...]

    @cached_property
    def columns(self) -> tuple[str, ...]:
        """The columns of the typed rows."""
        return tuple(self.orders.collect_schema().names())

    @cached_property
    def passing(self) -> pl.LazyFrame:
        """The rows that pass every check of the rules."""
        return passing_rows(self.orders, row_checks(self.columns, self.rules))

    @cached_property
    def free_headers(self) -> list[str]:
        """The headers of all files that hold no column, each once."""
        return list(dict.fromkeys(header for headers in self.source.unmapped.values() for header in headers))
