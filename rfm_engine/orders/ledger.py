"""The ledger of a run: where every row went."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

import polars as pl

from rfm_engine.columns import ORDER_ID
from rfm_engine.errors import DataError
from rfm_engine.orders import cleaning
from rfm_engine.orders.failing_rows import find_failing_rows
from rfm_engine.orders.order_ids.identical_rows import count_repeats
from rfm_engine.orders.rejects import list_rejects, sample_rejects
from rfm_engine.orders.tally import count_passing

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rfm_engine.orders.failing_rows import FailingRows
    from rfm_engine.orders.order_ids.duplicates import Duplicates
    from rfm_engine.orders.staging import OrderSet
    from rfm_engine.orders.tally import LineCounts, Tally

REASONS: Final = 3


def refuse_rejects(ledger: Ledger, limit: str | None, rejects: pl.DataFrame) -> None:
    """Stop when more rows were rejected than the limit allows; a share is compared exactly.

    Raises:
        DataError: They were; the message has the commonest reasons, with samples, which are customer data.
    """
    rejected = sum(ledger.rejected.values())
    if limit is None or rejected <= reject_allowance(ledger.read, limit):
        return
    commonest = sorted(ledger.rejected.items(), key=lambda reason: (-reason[1], reason[0]))
    found = [sample_rejects(rejects, *reason.split(": ", 1)) for reason, _ in commonest[:REASONS]]
    reasons = "; ".join(
        f"{rows:,} {reason}{words}" for (reason, rows), (words, _) in zip(commonest, found, strict=False)
    )
    more = f"; and {len(commonest) - REASONS} more reasons" if len(commonest) > REASONS else ""
    message = (
        f"{rejected:,} of {ledger.read:,} rows read were rejected ({100 * rejected / ledger.read:.2f} %), more than "
        f"max_rejects {limit} allows: {reasons}{more}. Nothing was written; fix the orders or the mapping "
        f"(rfm-engine check shows it), or allow so many, --max-rejects {rejected}"
    )
    raise DataError(message, *(repr(value) for _, values in found for value in values))


def reject_allowance(read: int, limit: str) -> Decimal:
    """Return how many rows a limit allows to be rejected.

    >>> reject_allowance(2_000, "0.5%"), reject_allowance(2_000, "100")
    (Decimal('10.0'), Decimal('100'))
    """
    return read * Decimal(limit[:-1]) / 100 if limit.endswith("%") else Decimal(limit)


@dataclass(frozen=True)
class Ledger:
    """How many rows were read and what became of them; `used` and the other outcomes add up to `read`.

    The others are warnings that take no part in the sum: amounts rounded to whole fen, used rows that repeat an earlier
    one in a source without order ids, customers whose rows are refunds alone, customers whose orders are all before the
    window, and requested regions and statuses that no row has. Where it `is_of_customers`, who were counted elsewhere,
    the rows are theirs, and where those of their orders went is not known.
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
    is_of_customers: bool = False

    def __post_init__(self) -> None:
        accounted = self.used + self.duplicates + sum(self.rejected.values())
        accounted += sum(self.left_out.values()) + self.outside_window + self.other_status + self.other_region
        if accounted != self.read:
            message = f"{self.read} rows were read but {accounted} accounted for; did an order file change meanwhile?"
            raise DataError(message)

    def __str__(self) -> str:
        """Return the sum in words, without the terms that are 0."""
        terms = [f"{rows:,} {word}" for word, rows in self.outcomes.items()]
        terms += [f"{rows:,} rejected ({reason})" for reason, rows in self.rejected.items()]
        if self.is_of_customers:
            return f"{self.read:,} customers read; where the rows of their orders went is not known (--ledger FILE)"
        return f"{self.read:,} {'row' if self.read == 1 else 'rows'} read = {' + '.join(terms)}"

    @property
    def outcomes(self) -> dict[str, int]:
        """The rows of each outcome but rejection, in words, `used` first, without those that are 0."""
        names = (cleaning.OUTSIDE_WINDOW, cleaning.OTHER_STATUS, cleaning.OTHER_REGION, "duplicates")
        fates = {name.replace("_", " "): rows for name in names if (rows := getattr(self, name))}
        return {"used": self.used} | fates | self.left_out

    def as_table(self) -> dict[str, Any]:
        """Return the ledger as plain values, with the rejected in all and by reason."""
        unknown = {"rows_are_customers": True} if self.is_of_customers else {}
        return unknown | {
            "read": self.read,
            "used": self.used,
            cleaning.OUTSIDE_WINDOW: self.outside_window,
            cleaning.OTHER_STATUS: self.other_status,
            cleaning.OTHER_REGION: self.other_region,
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


def reconcile(  # noqa: PLR0913 the last two only where they are known
    orders: OrderSet,
    duplicates: Duplicates,
    tally: Tally,
    headers: Mapping[str, str],
    lines: LineCounts | None = None,
    *,
    failing: FailingRows | None = None,
    by_check: pl.DataFrame | None = None,
) -> tuple[Ledger, pl.DataFrame]:
    """Return where every row went, and the rejected rows; `headers` names the columns as the file does.

    `lines` are counted where the rows are lines of orders; `by_check` are the rows by the check that they fail first
    (`cleaning.count_by_check`), where they are counted already.

    Raises:
        DataError: A row is not accounted for.
    """
    if by_check is None:
        failing = failing or find_failing_rows(orders, count_passing(duplicates, tally, lines))
        by_check = _count_by_check(orders, failing, may_be_rounded=lines is None and tally.may_be_rounded)
    counts = count_outcomes(by_check, orders.checks)
    failed = by_check["test"].to_list() if counts[cleaning.REJECTED] else []
    rejected = list_rejects(orders, duplicates, headers, failed)
    alike_rows = None if orders.adds_rows else tally.alike_rows
    repeats = 0 if ORDER_ID in orders.columns else count_repeats(orders, alike_rows)
    dropped = duplicates.rows.height
    return Ledger(
        read=counts["read"],
        outside_window=counts[cleaning.OUTSIDE_WINDOW],
        other_status=counts[cleaning.OTHER_STATUS],
        other_region=counts[cleaning.OTHER_REGION],
        used=tally.orders if orders.all_rows_are_orders else counts["passed"] - dropped,
        duplicates=dropped - duplicates.conflicting.len(),
        rejected=_count_reasons(rejected),
        left_out={name: rows for name, rows in sorted(counts.items()) if name in cleaning.LEFT_OUT_OUTCOMES and rows},
        rounded=count_rounded(by_check) if lines is None else lines.rounded,
        repeats_without_order_id=repeats,
        customers_without_order=tally.customers_without_order,
        unmatched=tuple(cleaning.describe_unmatched(orders.rows, orders.rules, tally.regions)),
    ), rejected


def _count_reasons(rejected: pl.DataFrame) -> dict[str, int]:
    if rejected.is_empty():
        return {}
    reasons = rejected.group_by("column", "reason").len().sort("column", "reason")
    return {f"{column}: {reason}": rows for column, reason, rows in reasons.iter_rows()}


def _count_by_check(orders: OrderSet, failing: FailingRows, *, may_be_rounded: bool) -> pl.DataFrame:
    """Count the rows by the check that they fail; where no amount is rounded only those that fail one are read."""
    if may_be_rounded:
        return cleaning.count_by_check(orders.rows, orders.checks).collect()
    counts = [cleaning.count_by_check(piece, orders.checks).collect() for piece in failing.pieces]
    passing = orders.height - sum(int(count["rows"].sum()) for count in counts)
    passed = {"test": [cleaning.PASSED], "rows": [passing], "rounded": [0]}
    schema = {"test": pl.Int8, "rows": pl.Int64, "rounded": pl.UInt32}
    return pl.concat([pl.DataFrame(passed, schema), *counts])


def count_outcomes(by_check: pl.DataFrame, checks: list[cleaning.RowCheck]) -> dict[str, int]:
    """Return the rows of each outcome, of all rows that were `read`, and of those that `passed` every check."""
    counts = dict.fromkeys(
        (cleaning.OTHER_STATUS, cleaning.OTHER_REGION, cleaning.OUTSIDE_WINDOW, cleaning.REJECTED, "passed", "read"), 0
    )
    for position, rows in by_check.select("test", "rows").iter_rows():
        outcome = "passed" if position == cleaning.PASSED else checks[position].outcome
        counts[outcome] = counts.get(outcome, 0) + rows
        counts["read"] += rows
    return counts


def count_rounded(by_check: pl.DataFrame) -> int:
    """Return how many rows that passed every check have an amount that was rounded."""
    return int(by_check.filter(pl.col("test") == cleaning.PASSED)["rounded"].sum())
