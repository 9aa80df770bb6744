"""The ledger of a run: where every row went; and the rejected rows, one by one."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Final

import polars as pl

from rfm_engine.columns import ORDER_AMOUNT, ORDER_ID, ORDER_TIME
from rfm_engine.errors import DataError
from rfm_engine.orders.cleaning import (
    OTHER_REGION,
    OTHER_STATUS,
    OUTSIDE_WINDOW,
    PASSED,
    REJECTED,
    RowCheck,
    first_failed_check,
)
from rfm_engine.orders.parsing import null_if_empty

REASONS: Final = 3


def refuse_rejects(ledger: Ledger, limit: str | None) -> None:
    """Stop when more rows were rejected than the limit allows; a share is compared exactly.

    Raises:
        DataError: They were; it tells the commonest reasons.
    """
    rejected = sum(ledger.rejected.values())
    if limit is None or rejected <= reject_allowance(ledger.read, limit):
        return
    commonest = sorted(ledger.rejected.items(), key=lambda reason: (-reason[1], reason[0]))
    reasons = ", ".join(f"{rows:,} {reason}" for reason, rows in commonest[:REASONS])
    more = f", and {len(commonest) - REASONS} more reasons" if len(commonest) > REASONS else ""
    message = (
        f"{rejected:,} of {ledger.read:,} rows read were rejected ({100 * rejected / ledger.read:.2f} %), more than "
        f"max_rejects {limit} allows: {reasons}{more}. Nothing was written; mend the orders or the mapping "
        "(rfm-engine check shows it), or state a higher --max-rejects"
    )
    raise DataError(message)


def reject_allowance(read: int, limit: str) -> Decimal:
    """Return how many rows a limit allows to be rejected.

    >>> reject_allowance(2_000, "0.5%"), reject_allowance(2_000, "100")
    (Decimal('10.0'), Decimal('100'))
    """
    return read * Decimal(limit[:-1]) / 100 if limit.endswith("%") else Decimal(limit)


CONFLICT = "conflicting"
REJECT_SCHEMA = {"file": pl.String, "row": pl.Int64, "column": pl.String, "value": pl.String, "reason": pl.String}


@dataclass(frozen=True)
class Ledger:
    """How many rows were read and what became of them; `used` and the fates add up to `read`.

    The others are warnings that take no part in the sum: amounts rounded to whole fen, used rows that repeat an earlier
    one in a source without order ids, customers whose rows are refunds alone, customers whose orders are all before the
    window, and regions and statuses asked for that
    no row has.
    """

    read: int = 0
    used: int = 0
    outside_window: int = 0
    other_status: int = 0
    other_region: int = 0
    duplicates: int = 0
    rejected: dict[str, int] = field(default_factory=dict)
    rounded: int = 0
    repeats_without_order_id: int = 0
    customers_without_order: int = 0
    customers_before_window: int = 0
    unmatched: tuple[str, ...] = ()
    left_out: dict[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        accounted = self.used + self.duplicates + sum(self.rejected.values())
        accounted += sum(self.left_out.values()) + self.outside_window + self.other_status + self.other_region
        if accounted != self.read:
            message = f"{self.read} rows were read but {accounted} accounted for; did an order file change meanwhile?"
            raise DataError(message)

    def __str__(self) -> str:
        """Return the sum in words, without the terms that are 0."""
        fates = (OUTSIDE_WINDOW, OTHER_STATUS, OTHER_REGION, "duplicates")
        terms = [f"{self.used:,} used"]
        terms += [f"{getattr(self, fate):,} {fate.replace('_', ' ')}" for fate in fates if getattr(self, fate)]
        terms += [f"{rows:,} {reason}" for reason, rows in self.left_out.items()]
        terms += [f"{rows:,} rejected ({reason})" for reason, rows in self.rejected.items()]
        return f"{self.read:,} {'row' if self.read == 1 else 'rows'} read = {' + '.join(terms)}"

    def as_table(self) -> dict[str, Any]:
        """Return the ledger as plain values, with the rejected in all and by reason."""
        return {
            "read": self.read,
            "used": self.used,
            OUTSIDE_WINDOW: self.outside_window,
            OTHER_STATUS: self.other_status,
            OTHER_REGION: self.other_region,
            "duplicates": self.duplicates,
            "rejected": sum(self.rejected.values()),
            "rejected_by_reason": self.rejected,
            "left_out": self.left_out,
            "warnings": {
                "rounded": self.rounded,
                "repeats_without_order_id": self.repeats_without_order_id,
                "customers_without_order": self.customers_without_order,
                "customers_before_window": self.customers_before_window,
                "unmatched": list(self.unmatched),
            },
        }


def count_outcomes(fates: pl.DataFrame, found: list[RowCheck]) -> dict[str, int]:
    """Return the rows of each fate, of all rows that were read, and of those that passed every test (`survived`)."""
    counts = dict.fromkeys((OTHER_STATUS, OTHER_REGION, OUTSIDE_WINDOW, REJECTED, "survived", "read"), 0)
    for position, rows in fates.select("test", "rows").iter_rows():
        outcome = "survived" if position == PASSED else found[position].outcome
        counts[outcome] = counts.get(outcome, 0) + rows
        counts["read"] += rows
    return counts


def rejects(orders: pl.LazyFrame, found: list[RowCheck], headers: dict[str, str]) -> pl.LazyFrame:
    """Return the rows that a test rejects: file, row, column (as the file heads it), value and reason."""
    reasons = [(position, test) for position, test in enumerate(found) if test.outcome == REJECTED]
    positions = [position for position, _ in reasons]
    marked = orders.with_columns(first_failed_check(found).alias("test")).filter(pl.col("test").is_in(positions))
    columns = [str(test.column) for _, test in reasons]
    return marked.select(
        pl.col("source_file").alias("file"),
        pl.col("source_row").alias("row"),
        pl.col("test").replace_strict(positions, [headers.get(name, name) for name in columns]).alias("column"),
        _chosen({position: _value(str(test.column)) for position, test in reasons}).alias("value"),
        _chosen({position: _reason(test) for position, test in reasons}).alias("reason"),
    )


def conflicts(kept: pl.LazyFrame, conflicting: pl.Expr, headers: dict[str, str]) -> pl.LazyFrame:
    """Return the conflicting rows as rejects."""
    return kept.filter(conflicting).select(
        pl.col("source_file").alias("file"),
        pl.col("source_row").alias("row"),
        pl.lit(headers.get(ORDER_ID, ORDER_ID)).alias("column"),
        pl.col(ORDER_ID).alias("value"),
        pl.lit(CONFLICT).alias("reason"),
    )


def _value(column: str) -> pl.Expr:
    texts = {ORDER_AMOUNT: "order_amount_text", ORDER_TIME: "order_time_text"}
    return null_if_empty([texts.get(column, column)])[0]


def _reason(test: RowCheck) -> pl.Expr:
    return pl.lit(test.reason) if isinstance(test.reason, str) else test.reason()


def _chosen(values: dict[int, pl.Expr]) -> pl.Expr:
    return pl.coalesce(pl.when(pl.col("test") == position).then(value) for position, value in values.items())
