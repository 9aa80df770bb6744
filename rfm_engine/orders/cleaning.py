"""Which rows count: the checks that a row passes in turn, and what becomes of those that fail one."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Literal, NamedTuple, get_args

import polars as pl

from rfm_engine.columns import (
    CURRENCY,
    CUSTOMER_ID,
    LEFT_OUT,
    NOTHING_PAID,
    ORDER_AMOUNT,
    ORDER_AMOUNT_FEN,
    ORDER_ID,
    ORDER_TIME,
    REGION,
    STATUS,
    STORE_CODE,
)
from rfm_engine.errors import DataError
from rfm_engine.orders.cells.amounts import ROUNDED
from rfm_engine.orders.cells.blanks import BLANKS
from rfm_engine.orders.parsing import amount_fault, time_fault
from rfm_engine.vocabulary.no_customer import no_customer_spellings

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from rfm_engine.rules import Rules

OTHER_STATUS = "other_status"
OTHER_REGION = "other_region"
OUTSIDE_WINDOW = "outside_window"
REJECTED = "rejected"
LeftOut = Literal[
    "further rows of an order",
    "repeats of an order's total",
    "superseded by a later export",
    "copies of a file",
    "wholly refunded",
    "refunds of other rows",
    "status that its order source does not count",
]
NO_PURCHASE: LeftOut = "status that its order source does not count"
EXCLUDED = "excluded customers"
OTHER_CURRENCY = "other currency"
LEFT_OUT_OUTCOMES = (*get_args(LeftOut), EXCLUDED, OTHER_CURRENCY)
"""What becomes of rows that are left out, as the ledger says it."""

PASSED = -1
"""The position of a row that fails no check."""

NOT_POSITIVE = "not positive"
"""Why an order of 0 or less is rejected."""

MOST_LISTED = 12
NO_CUSTOMER_TO_EXCLUDE = "no row is of a customer to exclude"


class RowCheck(NamedTuple):
    """One check of a row: the outcome of a row that fails it, and for a rejected row the column and the reason.

    `passes` is Boolean; null fails. `reason` makes an expression where it depends on the row.
    """

    outcome: str
    passes: pl.Expr
    column: str | None = None
    reason: str | Callable[[], pl.Expr] = ""


def list_columns(columns: Collection[str], rules: Rules) -> tuple[str, ...]:
    """Return the columns that split the customers into lists: `by`, without a default region that the source lacks.

    Raises:
        DataError: Rules that need columns which the orders lack; it names all of them.
    """
    by = () if rules.by == (REGION,) and REGION not in columns and not rules.region else rules.by
    needed = dict.fromkeys(by, "named in by")
    needed |= {REGION: "for region"} if rules.region else {}
    needed |= dict.fromkeys(rules.carry, "to carry")
    needed |= {STATUS: "for keep_status"} if rules.keep_status else {}
    needed |= {CURRENCY: "for keep_currency"} if rules.keep_currency else {}
    needed |= {ORDER_ID: "for grain = 'line'"} if rules.grain == "line" else {}
    lacking = [f"{column} ({rule})" for column, rule in needed.items() if column not in columns]
    if lacking:
        options = " ".join(f"--column {column}=HEADER" for column in needed if column not in columns)
        message = f"the orders have no column {', '.join(lacking)}; map it with [columns] or {options}"
        raise DataError(message)
    return by


def order_columns(columns: Collection[str], by: tuple[str, ...], rules: Rules) -> tuple[str, ...]:
    """Return the columns that tell the orders of one customer and order id apart: the list, and the store on request.

    Raises:
        DataError: Order ids are per store, and no column holds stores.
    """
    if rules.order_ids_per == "all" or STORE_CODE in by:
        return by
    if STORE_CODE not in columns:
        message = "order_ids_per store needs a column of stores: map it, --column store_code=HEADER"
        raise DataError(message)
    return (*by, STORE_CODE)


def row_checks(columns: Collection[str], rules: Rules) -> list[RowCheck]:
    """Return the checks in the order in which a row meets them; the first that it fails decides its outcome."""
    amount, time = pl.col(ORDER_AMOUNT_FEN), pl.col(ORDER_TIME)
    required = [CUSTOMER_ID, *list_columns(columns, rules), *([ORDER_ID] if ORDER_ID in columns else [])]
    checks = [] if LEFT_OUT not in columns else [_not_left_out(reason) for reason in get_args(LeftOut)]
    if rules.keep_currency is not None and CURRENCY in columns:
        checks.append(RowCheck(outcome=OTHER_CURRENCY, passes=pl.col(CURRENCY) == rules.keep_currency.upper()))
    if rules.exclude_customer:
        others = ~pl.col(CUSTOMER_ID).is_in(rules.exclude_customer)
        checks.append(RowCheck(outcome=EXCLUDED, passes=others.fill_null(value=True)))
    if rules.keep_status is not None:
        checks.append(RowCheck(outcome=OTHER_STATUS, passes=pl.col(STATUS).is_in(rules.keep_status)))
    if rules.region is not None:
        checks.append(RowCheck(outcome=OTHER_REGION, passes=pl.col(REGION).is_in(rules.region)))
    checks.append(_reject_unless(time.is_not_null(), ORDER_TIME, time_fault))
    checks.append(RowCheck(outcome=OUTSIDE_WINDOW, passes=is_in_window(rules)))
    checks += [_reject_unless(is_present(pl.col(name)), name, "missing") for name in dict.fromkeys(required)]
    if words := no_customer_spellings(rules.nobody):
        checks.append(_reject_unless(~pl.col(CUSTOMER_ID).is_in(words), CUSTOMER_ID, "no customer"))
    checks.append(_reject_unless(amount.is_not_null(), ORDER_AMOUNT, amount_fault))
    if NOTHING_PAID in columns:
        checks.append(_reject_unless(~pl.col(NOTHING_PAID), ORDER_AMOUNT, NOT_POSITIVE))
    if rules.refunds == "reject" and rules.grain != "line":
        checks.append(_reject_unless(amount > 0, ORDER_AMOUNT, NOT_POSITIVE))
    return checks


def _not_left_out(reason: str) -> RowCheck:
    return RowCheck(outcome=reason, passes=pl.col(LEFT_OUT).ne_missing(reason))


def _reject_unless(passes: pl.Expr, column: str, reason: str | Callable[[], pl.Expr]) -> RowCheck:
    return RowCheck(outcome=REJECTED, passes=passes, column=column, reason=reason)


def is_present(text: pl.Expr) -> pl.Expr:
    """Return whether a text cell holds anything: neither null nor empty."""
    return text.str.len_bytes() > 0


def is_in_window(rules: Rules) -> pl.Expr:
    """Return whether the order's calendar date is within [since, as_of], both days included."""
    time = pl.col(ORDER_TIME)
    until = time < pl.lit(rules.as_of + timedelta(days=1)).cast(pl.Datetime("us"))
    return until if rules.since is None else (time >= pl.lit(rules.since).cast(pl.Datetime("us"))) & until


def describe_unmatched(orders: pl.LazyFrame, rules: Rules, regions: Collection[str] = ()) -> list[str]:
    """Return a sentence for each requested region or status that no row has, or that no customer to exclude has one.

    Where these `regions`, which some rows are known to have, are not all that are requested, the orders are read. The
    values of a column that is dropped are not listed.
    """
    sentences = []
    if (
        rules.exclude_customer
        and orders.filter(pl.col(CUSTOMER_ID).is_in(rules.exclude_customer)).head(1).collect().is_empty()
    ):
        sentences.append(NO_CUSTOMER_TO_EXCLUDE)
    for column, requested in ((REGION, rules.region), (STATUS, rules.keep_status)):
        if requested is None or (column == REGION and {*requested} <= {*regions}):
            continue
        present = (
            orders.filter(is_present(pl.col(column))).select(pl.col(column).unique().sort()).collect()[column].to_list()
        )
        names = sorted({name.strip(BLANKS) for name in present} - {""})
        more = f" and {len(names) - MOST_LISTED} more" if len(names) > MOST_LISTED else ""
        listed = f"{', '.join(names[:MOST_LISTED])}{more}" or "none"
        there_are = "" if column in rules.drop else f"; there are: {listed}"
        sentences += [f"no row has {column} {name!r}{there_are}" for name in requested if name not in present]
    return sentences


def passing_rows(orders: pl.LazyFrame, checks: list[RowCheck]) -> pl.LazyFrame:
    """Return the rows that pass every check."""
    return orders.filter(*(check.passes for check in checks))


def count_by_check(orders: pl.LazyFrame, checks: list[RowCheck]) -> pl.LazyFrame:
    """Return how many rows fail each check first: one row per position in the checks (`PASSED` for none).

    `rows` counts them, `rounded` those whose amount was no whole number of fen.
    """
    counts = [pl.len().cast(pl.Int64).alias("rows"), pl.col(ROUNDED).fill_null(value=False).sum().alias("rounded")]
    return orders.group_by(first_failed_check(checks).alias("test")).agg(counts)


def first_failed_check(checks: list[RowCheck]) -> pl.Expr:
    """Return the position of the first check that a row fails, or `PASSED`."""
    failed = [
        pl.when(~check.passes.fill_null(value=False)).then(pl.lit(position, dtype=pl.Int8))
        for position, check in enumerate(checks)
    ]
    return pl.coalesce(*failed, pl.lit(PASSED, dtype=pl.Int8))
